/**
 * Documents at random on the schema, each with values for its variables: mostly valid, so that they are executed, and
 * wrong in every place once in a while.
 */
import fc from "fast-check";
import { cursorOf } from "../cursor.ts";
import { LIST_SCRIPTS, RECEIPT_SCRIPTS, TOTAL_SCRIPTS, VOTE_SCRIPTS } from "./scripted_deps.ts";
import { rarely } from "./rarely.ts";

export interface GeneratedDocument {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One argument as it stands in a document, and the variable that it may stand for. */
interface Argument {
  /** Undefined for one that is left out. */
  readonly text: string | undefined;
  readonly definition?: string;
  readonly variable?: string;
  readonly value?: unknown;
}

interface Field {
  readonly text: string;
  readonly args: readonly Argument[];
  readonly fragments: readonly string[];
}

const ODD_LITERALS = [
  "null",
  "7",
  "1.5",
  '"text"',
  "[]",
  "[null]",
  "true",
  "ENUM",
  "{a: 1}",
  "2147483648",
  "$undefined",
];
const ODD_TYPES = [
  "String",
  "String!",
  "[String!]!",
  "[String]",
  "Int",
  "Int!",
  "[Int!]!",
  "ID",
  "ID!",
  "Boolean",
  "Nothing",
];
const ODD_NAMES = ["__proto__", "constructor", "toString", "__typename", "then"];
const names = fc.constantFrom("Ada", "Bo", "seven", " x", "😀", "__proto__", "e\u0301", "\ud800", "");
const counts = fc.constantFrom(1, 2, 100, 0, -1, 2 ** 31 - 1, -(2 ** 31));
const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, 1.5, 2 ** 31, "1", [[1]], [null], {}, true),
);

const usernames = argument("usernames", {
  types: ["[String!]!", "[String!]", '[String!]! = ["Ada"]', '[String!] = "Ada"'],
  values: fc.oneof(fc.array(names, { maxLength: 3 }), names),
  optional: false,
});
const voteCount = argument("voteCount", {
  types: ["[Int!]!", "[Int!]", "[Int!]! = [1]", "[Int!] = 1"],
  values: fc.oneof(fc.array(counts, { maxLength: 3 }), counts),
  optional: false,
});
const ticket = argument("ticket", {
  types: ["String!", 'String = "accepted"', 'String! = "unknown"'],
  values: fc.constantFrom(...VOTE_SCRIPTS),
  optional: false,
});
const voterUsername = argument("voterUsername", {
  types: ["String", "String!", "String = null", 'String = "Eve"'],
  values: fc.option(names),
  optional: true,
});
const requestId = argument("requestId", {
  types: ["ID", "ID!", "ID = 7", "ID = null"],
  values: fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.constant(null)),
  optional: true,
});
const username = argument("username", {
  types: ["String!", 'String = "seven"', 'String! = "not ready"'],
  values: fc.oneof(fc.constantFrom(...TOTAL_SCRIPTS), names),
  optional: false,
});

const listNames = argument("usernames", {
  types: ["[String!]!", "[String!]", '[String!] = "seven"'],
  values: fc.oneof(fc.array(fc.constantFrom(...LIST_SCRIPTS, "Ada"), { maxLength: 3 }), names),
  optional: false,
});
const first = argument("first", {
  types: ["Int!", "Int = 2", "Int! = 501"],
  values: fc.constantFrom(1, 2, 3, 500, 0, -1, 501),
  optional: true,
});
const after = argument("after", {
  types: ["String", "String!", "String = null"],
  values: fc.option(
    fc.oneof(
      fc.constantFrom(...LIST_SCRIPTS).map((name) => cursorOf({ name, total: 7 })),
      fc.constantFrom("", "!", "QQ"),
    ),
  ),
  optional: true,
});
const receiptId = argument("requestId", {
  types: ["ID!", 'ID = "queued"'],
  values: fc.oneof(fc.constantFrom(...RECEIPT_SCRIPTS), fc.integer(), fc.constant("")),
  optional: false,
});

const RESULT_FIELDS = {
  VoteResult: ["success", "message", "usernames", "votes", "code"],
  TicketInfo: ["ticket", "validUntil", "remainingUsage"],
  Tally: ["username", "votes"],
  CandidateConnection: [
    "totalCount",
    "edges { node { username votes } }",
    "edges { cursor node { votes } }",
    "pageInfo { hasNextPage hasPreviousPage }",
    "pageInfo { endCursor }",
  ],
  Receipt: ["requestId", "state", "voteId", "version"],
};
const directive = fc.tuple(
  fc.constantFrom("skip", "include"),
  fc.constantFrom("true", "false", "true", "$if", "1"),
).map(
  ([name, condition]) => ` @${name}(if: ${condition})`,
);
const decorated = rarely(12, [directive, fc.constant("")]);
const alias = rarely(6, [
  fc.constantFrom("a: ", "b: ", "code: ", "ticket: ", ...ODD_NAMES.map((name) => `${name}: `)),
  fc.constant(""),
]);

const vote = fc.tuple(usernames, voteCount, ticket, voterUsername, requestId).chain((args) =>
  rootField("vote", { args, result: "VoteResult" })
);
const cas = rootField("cas", { args: [], result: "TicketInfo" });
const tallies = listNames.chain((arg) => rootField("tallies", { args: [arg], result: "Tally" }));
const candidates = fc.tuple(first, after).chain((args) =>
  rootField("candidates", { args, result: "CandidateConnection" })
);
const receipt = receiptId.chain((arg) => rootField("receipt", { args: [arg], result: "Receipt" }));
const query = username.chain((arg) => rootField("query", { args: [arg], result: undefined }));
const typename = fc.constant<Field>({ text: "__typename", args: [], fragments: [] });

const operations = fc.oneof(
  operation("mutation", rarely(20, [fc.oneof(cas, query, typename), vote])),
  operation(
    "query",
    rarely(20, [fc.oneof(vote, typename), fc.oneof(cas, query, tallies, candidates, receipt)]),
  ),
  rarely(6, [operation("subscription", cas), operation("query", fc.oneof(cas, query))]),
);
const MORE = [
  " query More { cas { ticket } }",
  " { cas { ticket } }",
  " fragment Unused on TicketInfo { ticket }",
  " }",
  " #",
];

export const generatedDocument: fc.Arbitrary<GeneratedDocument> = fc.tuple(
  operations,
  rarely(20, [fc.constantFrom(...MORE), fc.constant("")]),
).map(([document, more]) => ({ ...document, text: document.text + more }));

function argument(
  name: string,
  { types, values, optional }: { types: readonly string[]; values: fc.Arbitrary<unknown>; optional: boolean },
): fc.Arbitrary<Argument> {
  const literal = fc.oneof({ weight: 39, arbitrary: values.map(literalText) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...ODD_LITERALS),
  });
  const written = literal.map((text) => ({ text: `${name}: ${text}` }));
  const variable = fc.record({
    variable: rarely(25, [fc.constantFrom(...ODD_NAMES), fc.constant(name)]),
    type: rarely(40, [fc.constantFrom(...ODD_TYPES), fc.constantFrom(...types)]),
    value: rarely(20, [fc.oneof(oddValue, fc.constant(undefined)), values]),
  }).map(({ variable, type, value }): Argument => ({
    text: `${name}: $${variable}`,
    definition: `$${variable}: ${type}`,
    variable,
    value,
  }));
  const absent = fc.constant<Argument>({ text: undefined });
  return rarely(optional ? 2 : 80, [absent, rarely(4, [written, variable])]);
}

function literalText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(literalText).join(", ")}]` : JSON.stringify(value);
}

function rootField(
  name: string,
  { args, result }: { args: readonly Argument[]; result: keyof typeof RESULT_FIELDS | undefined },
): fc.Arbitrary<Field> {
  const selection = result
    ? rarely(30, [fc.constant(undefined), selectionOn(result)])
    : rarely(30, [selectionOn("TicketInfo"), fc.constant(undefined)]);
  return fc.record({ alias, decorated, selection }).map(({ alias, decorated, selection }) => {
    const texts = args.flatMap(({ text }) => text === undefined ? [] : [text]);
    const list = texts.length > 0 ? `(${texts.join(", ")})` : "";
    return {
      text: `${alias}${name}${list}${decorated} ${selection?.text ?? ""}`,
      args,
      fragments: selection?.fragments ?? [],
    };
  });
}

interface Selection {
  readonly text: string;
  readonly fragments: readonly string[];
}

function selectionOn(type: keyof typeof RESULT_FIELDS): fc.Arbitrary<Selection> {
  const plain = fc.tuple(
    alias,
    rarely(30, [
      fc.constantFrom("nothing", "constructor", "__schema"),
      fc.constantFrom(...RESULT_FIELDS[type], "__typename"),
    ]),
    decorated,
  ).map((parts) => parts.join(""));
  const fields = fc.array(plain, { minLength: 1, maxLength: 6 }).map((texts) => texts.join(" "));
  const inline = fc.tuple(fc.constantFrom(`on ${type} `, "", "on Query "), decorated, fields).map((
    [on, when, inner],
  ) => `... ${on}${when} { ${inner} }`);
  return fc.record({
    fields,
    inline: rarely(8, [inline, fc.constant("")]),
    fragment: rarely(8, [fields, fc.constant(undefined)]),
  }).map(
    ({ fields, inline, fragment }) => ({
      text: `{ ${fields} ${inline} ${fragment ? `...On${type}` : ""} }`,
      fragments: fragment ? [` fragment On${type} on ${type} { ${fragment} }`] : [],
    }),
  );
}

function operation(kind: string, field: fc.Arbitrary<Field>): fc.Arbitrary<GeneratedDocument> {
  return fc.record({
    fields: rarely(6, [fc.array(field, { minLength: 2, maxLength: 3 }), field.map((one) => [one])]),
    name: fc.option(rarely(10, [fc.constantFrom(...ODD_NAMES), fc.constant("Named")]), { nil: undefined }),
    condition: fc.constantFrom(true, false, null, "true"),
    decorated: rarely(30, [directive, fc.constant("")]),
    shorthand: fc.boolean(),
  }).map(({ fields, name, condition, decorated, shorthand }) => {
    const args = fields.flatMap(({ args }) => args);
    const body = `{ ${fields.map(({ text }) => text).join(" ")} }`;
    const conditional = body.includes("$if");
    // Two fields may share a variable; a second definition of it would make nearly every such document invalid.
    const definitions = new Map(
      args.flatMap(({ variable, definition }) => variable && definition ? [[variable, definition]] : []),
    );
    if (conditional) definitions.set("if", "$if: Boolean!");
    const list = definitions.size > 0 ? `(${[...definitions.values()].join(", ")})` : "";
    const head = shorthand && kind === "query" && !list && !name && !decorated
      ? ""
      : `${kind} ${name ?? ""}${list}${decorated} `;
    const fragments = new Set(fields.flatMap(({ fragments }) => fragments).slice(0, 1));
    return {
      text: head + body + [...fragments].join(""),
      operationName: name,
      variables: Object.fromEntries([
        ...args.flatMap(({ variable, value }) => variable && value !== undefined ? [[variable, value]] : []),
        ...(conditional ? [["if", condition]] : []),
      ]),
    };
  });
}
