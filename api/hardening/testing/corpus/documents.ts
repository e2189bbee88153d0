/** Documents that ask for too much: by number, by depth, by cycles, by length. */
import { asks, type HostileEntry, PARSE, times, VALIDATION, VOTE } from "./entry.ts";

const COUNTS = [25, 100, 400, 1000];
/** Up to here a document is read and then judged; beyond, it is too long to be read. */
const READABLE_TOKENS = 400;

const many: readonly (readonly [what: string, tokens: number, one: (index: number) => string])[] = [
  ["aliases of cas", 6, (index) => `a${index}: cas { ticket }`],
  ["aliases of query", 9, (index) => `a${index}: query(username: "n${index}")`],
  ["aliases of __typename's type", 5, (index) => `a${index}: cas { __typename }`],
  ["aliases behind directives", 13, (index) => `a${index}: cas @include(if: true) { ticket }`],
  ["inline fragments with an alias", 11, (index) => `... on Query { a${index}: cas { ticket } }`],
];
const numbers = many.flatMap(([what, tokens, one]) =>
  COUNTS.map((count) =>
    asks(
      `${count} ${what}`,
      `{ ${times(count, one)} }`,
      count * tokens + 2 > READABLE_TOKENS ? PARSE : VALIDATION,
    )
  )
);

const repeated: readonly HostileEntry[] = [
  asks("a field 150 times", `{ cas { ${times(150, () => "ticket")} } }`, VALIDATION),
  asks("a field 5000 times", `{ cas { ${times(5000, () => "ticket")} } }`, PARSE),
  asks("a field with fields 90 times", `{ ${times(90, () => "cas { ticket }")} }`, VALIDATION),
  asks(
    "a field of a fragment 150 times",
    `{ ...F } fragment F on Query { cas { ${times(150, () => "ticket")} } }`,
    VALIDATION,
  ),
  asks(
    "20 pages of 500 names",
    `{ ${times(20, (i) => `a${i}: candidates(first: 500) { totalCount }`)} }`,
    VALIDATION,
  ),
  asks("2 lists of totals", `{ ${times(2, (i) => `a${i}: tallies(usernames: "a") { votes }`)} }`, VALIDATION),
  asks("an unknown field 350 times", `{ ${times(350, () => "a")} }`, VALIDATION),
  asks("20 unknown fields", `{ ${times(20, (index) => `field${index}`)} }`, VALIDATION),
  asks("an argument 100 times", `{ query(${times(100, () => 'username: "a"')}) }`, VALIDATION),
  asks(
    "90 arguments that nobody knows",
    `{ query(username: "a", ${times(90, (i) => `a${i}: 1`)}) }`,
    VALIDATION,
  ),
  asks(
    "90 variables that nothing uses",
    `query(${times(90, (i) => `$a${i}: Int`)}) { cas { ticket } }`,
    VALIDATION,
  ),
  asks("a variable 90 times", `query(${times(90, () => "$a: Int")}) { cas { ticket } }`, VALIDATION),
  asks("5000 variables", `query(${times(5000, (i) => `$a${i}: Int`)}) { cas { ticket } }`, PARSE),
  asks("60 operations", times(60, (i) => `query Q${i} { cas }`), {
    status: 400,
    code: "OPERATION_RESOLUTION_FAILURE",
  }),
  asks("2000 operations", times(2000, (i) => `query Q${i} { cas { ticket } }`), PARSE),
  asks(
    "30 fragments that nothing uses",
    `{ cas { ticket } } ${times(30, (i) => `fragment F${i} on TicketInfo { ticket }`)}`,
    VALIDATION,
  ),
  asks(
    "1000 fragments",
    `{ cas { ticket } } ${times(1000, (i) => `fragment F${i} on TicketInfo { ticket }`)}`,
    PARSE,
  ),
];

const directives: readonly HostileEntry[] = [
  ...[11, 50].map((count) =>
    asks(
      `${count} directives on a field`,
      `{ cas ${times(count, () => "@include(if: true)")} { ticket } }`,
      VALIDATION,
    )
  ),
  asks("11 directives on an operation", `query ${times(11, () => "@a")} { cas { ticket } }`, VALIDATION),
  asks(
    "11 directives in a fragment",
    `{ ...F } fragment F on Query { cas ${times(11, () => "@a")} { ticket } }`,
    VALIDATION,
  ),
  asks("180 directives without arguments", `{ cas ${times(180, () => "@a")} { ticket } }`, VALIDATION),
  asks("10000 directives", `{ cas ${times(10_000, () => "@a")} { ticket } }`, PARSE),
  asks(
    "directives on a fragment spread",
    `{ ...F ${times(12, () => "@skip(if: false)")} } fragment F on Query { cas { ticket } }`,
    VALIDATION,
  ),
  asks(
    "directives on a definition of a variable",
    `query($a: String! ${times(12, () => "@a")}) { query(username: $a) }`,
    VALIDATION,
  ),
  asks("a directive that does not exist", "{ cas @defer { ticket } }", VALIDATION),
  asks("@skip without its argument", "{ cas @skip { ticket } }", VALIDATION),
];

const deep: readonly HostileEntry[] = [
  ...[7, 20, 60, 500, 5000].map((depth) =>
    asks(
      `inline fragments ${depth} deep`,
      `{ ${"... { ".repeat(depth)} cas { ticket } ${"} ".repeat(depth)} }`,
      depth > 60 ? PARSE : VALIDATION,
    )
  ),
  ...[8, 100, 3000].map((depth) =>
    asks(
      `cas ${depth} deep`,
      `{ ${"cas { ".repeat(depth)} ticket ${"} ".repeat(depth)} }`,
      depth > 100 ? PARSE : VALIDATION,
    )
  ),
  asks(
    "ten fragments one in the other",
    `{ ...F0 } ${
      times(10, (i) => `fragment F${i} on Query { ...F${i + 1} }`)
    } fragment F10 on Query { cas { ticket } }`,
    VALIDATION,
  ),
  ...[100, 12_000].flatMap((depth) => [
    asks(
      `a list ${depth} deep`,
      `{ query(username: ${"[".repeat(depth)}"a"${"]".repeat(depth)}) }`,
      depth > 150 ? PARSE : VALIDATION,
    ),
    asks(`${depth} brackets that open in an argument`, `{ query(username: ${"[".repeat(depth)}`, PARSE),
    asks(`${depth} brackets that open a type`, `query($a: ${"[".repeat(depth)}`, PARSE),
    asks(`${depth} braces that open`, "{".repeat(depth), PARSE),
    asks(`${depth} objects that open`, `{ query(username: ${"{a:".repeat(depth)}`, PARSE),
  ]),
  asks("objects 60 deep", `{ query(username: ${"{a: ".repeat(60)}1${"}".repeat(60)}) }`, VALIDATION),
  asks(
    "a list of a variable's type 100 deep",
    `query($a: ${"[".repeat(100)}String${"]".repeat(100)}) { query(username: $a) }`,
    VALIDATION,
  ),
  asks(
    "a default 100 deep",
    `query($a: String = ${"[".repeat(100)}${"]".repeat(100)}) { query(username: $a) }`,
    VALIDATION,
  ),
  asks("nothing but brackets", "[".repeat(12_000), PARSE),
  asks("nothing but parentheses", "(".repeat(12_000), PARSE),
];

const cycles: readonly HostileEntry[] = [
  asks("a fragment in itself", "{ ...F } fragment F on Query { ...F }", VALIDATION),
  asks(
    "a fragment in itself beside a field",
    "{ ...F } fragment F on Query { cas { ticket } ...F }",
    VALIDATION,
  ),
  asks(
    "two fragments in each other",
    "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    VALIDATION,
  ),
  asks(
    "a cycle of 30 fragments",
    `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { ...F${(i + 1) % 30} }`)}`,
    VALIDATION,
  ),
  asks(
    "a cycle that nothing uses",
    "{ cas { ticket } } fragment A on Query { ...B } fragment B on Query { ...A }",
    VALIDATION,
  ),
  asks(
    "every fragment in every other",
    `{ ...F0 } ${times(8, (i) => `fragment F${i} on Query { ${times(8, (j) => `...F${j}`)} }`)}`,
    VALIDATION,
  ),
  asks(
    "fragments that double, 20 times",
    `{ ...F0 } ${
      times(20, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)
    } fragment F20 on Query { cas { ticket } }`,
    VALIDATION,
  ),
  asks(
    "a cycle through a field",
    "{ cas { ...F } } fragment F on TicketInfo { ticket ... on TicketInfo { ...F } }",
    VALIDATION,
  ),
  asks("a cycle of a mutation", `mutation { ...F } fragment F on Mutation { ${VOTE} ...F }`, VALIDATION),
  asks(
    "a cycle with directives",
    "{ ...F @include(if: true) } fragment F on Query { ...F @skip(if: false) }",
    VALIDATION,
  ),
];

const long: readonly HostileEntry[] = [
  asks("a name of 60 KB", `{ ${"a".repeat(60_000)} }`, PARSE),
  asks("an alias of 60 KB of a field that is none", `{ ${"a".repeat(60_000)}: nothing }`, PARSE),
  asks("a text of 60 KB where a field is", `{ "${"a".repeat(60_000)}" }`, PARSE),
  asks("a block text without its end", `{ query(username: """${"a".repeat(50_000)}`, PARSE),
  asks("a number of 50000 digits", `{ query(username: ${"9".repeat(50_000)}) }`, PARSE),
  asks("a float of 50000 digits", `{ query(username: 0.${"9".repeat(50_000)}) }`, PARSE),
  asks("60 KB of commas", `${",".repeat(60_000)}{`, PARSE),
  asks("20000 comments", `${"#\n".repeat(20_000)}{`, PARSE),
  asks("60 KB of dollar signs", "$".repeat(60_000), PARSE),
  asks("60 KB of dots", "...".repeat(20_000), PARSE),
  asks("a directive's name of 60 KB", `{ cas @${"a".repeat(60_000)} { ticket } }`, PARSE),
  asks("a name of 20 KB", `{ ${"a".repeat(20_000)} }`, VALIDATION),
  asks("a number of 20000 digits", `{ query(username: ${"9".repeat(20_000)}) }`, VALIDATION),
  asks("a directive's name of 20 KB", `{ cas @${"a".repeat(20_000)} { ticket } }`, VALIDATION),
  asks("an operation's name of 60 KB", `query ${"a".repeat(60_000)} { nothing }`, PARSE),
];

export const documentEntries: readonly HostileEntry[] = [
  ...numbers,
  ...repeated,
  ...directives,
  ...deep,
  ...cycles,
  ...long,
];
