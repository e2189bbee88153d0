import { assertEquals, assertThrows } from "@std/assert";
import { ArgumentsError, parseLoadArguments, perSecondMax } from "./arguments.ts";

const DEFAULTS = {
  kind: "load",
  perSecond: 3000,
  seconds: 300,
  names: 1000,
  own: false,
  findMax: false,
  apis: [],
  strict: false,
  json: false,
} as const;

Deno.test("parseLoadArguments() gives the acceptance run when nothing is said", () => {
  assertEquals(parseLoadArguments([]), DEFAULTS);
});

Deno.test("parseLoadArguments() reads every option", () => {
  const args = ["--rate", "50", "--minutes", "0.5", "--names", "7", "--api", "http://a:1/graphql"];
  assertEquals(parseLoadArguments([...args, "--api", "http://b:2", "--strict", "--json"]), {
    ...DEFAULTS,
    perSecond: 50,
    seconds: 30,
    names: 7,
    apis: ["http://a:1", "http://b:2"],
    strict: true,
    json: true,
  });
  assertEquals(parseLoadArguments(["--own", "--find-max"]), {
    ...DEFAULTS,
    own: true,
    findMax: true,
    seconds: 60,
  });
  assertEquals(parseLoadArguments(["--help"]), { kind: "help" });
});

Deno.test("perSecondMax() keeps to the rate and to the votes that a run may have", () => {
  assertEquals([perSecondMax(60), perSecondMax(2000)], [100_000, 50_000]);
});

const REFUSED: readonly (readonly string[])[] = [
  ["--rate", "0"],
  ["--rate", "100001"],
  ["--rate", "1.5"],
  ["--rate", "1e3"],
  ["--rate", ""],
  ["--rate=-1"],
  ["--seconds", "0"],
  ["--seconds", "86401"],
  ["--minutes", "0"],
  ["--minutes", "1", "--seconds", "60"],
  ["--rate", "100000", "--seconds", "2000"],
  ["--names", "1"],
  ["--names", "10001"],
  ["--api", "https://a"],
  ["--api", "nowhere"],
  ["--own", "--api", "http://a"],
  ["--find-max"],
  ["--unheard-of"],
  ["more"],
];

for (const args of REFUSED) {
  Deno.test(`parseLoadArguments() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseLoadArguments(args), ArgumentsError);
  });
}
