import { assertEquals, assertThrows } from "@std/assert";
import { parseChaosArguments } from "./arguments.ts";

const parse = (...args: string[]) => parseChaosArguments(args, () => 42);

Deno.test("parseChaosArguments() runs two minutes at 1000 votes a second with every fault and a seed of its own", () => {
  assertEquals(parse(), {
    seed: 42,
    minutes: 2,
    perSecond: 1000,
    faults: [],
    json: false,
    act: { kind: "run" },
  });
});

Deno.test("parseChaosArguments() takes seed, minutes, rate and faults as they are given", () => {
  const { seed, minutes, perSecond, faults } = parse(
    "--seed=0",
    "--minutes",
    "0.5",
    "--rate=50",
    "--faults",
    "kill,pair",
  );
  assertEquals({ seed, minutes, perSecond, faults }, {
    seed: 0,
    minutes: 0.5,
    perSecond: 50,
    faults: ["kill", "pair"],
  });
});

Deno.test("parseChaosArguments() tells a run from a list, from help and from the bugs", () => {
  assertEquals(parse("--faults", "list").act, { kind: "list" });
  assertEquals(parse("-h").act, { kind: "help" });
  assertEquals(parse("--bugs").act, { kind: "bugs", bug: undefined, unbroken: false });
  assertEquals(parse("--bug", "x", "--unbroken").act, { kind: "bugs", bug: "x", unbroken: true });
});

Deno.test("parseChaosArguments() refuses what cannot be", () => {
  for (
    const args of [
      ["--seed", "-1"],
      ["--seed", "1.5"],
      ["--seed="],
      ["--minutes", "0"],
      ["--rate", "many"],
      ["--unbroken"],
      ["--fault", "kill"],
    ]
  ) assertThrows(() => parse(...args), Error);
});
