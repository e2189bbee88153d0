import { assertEquals, assertThrows } from "@std/assert";
import { parseBenchArguments } from "./arguments.ts";

const KNOWN = ["vote", "query", "relay"];

Deno.test("parseBenchArguments() takes every bench, five rounds and three seconds unless told otherwise", () => {
  assertEquals(parseBenchArguments([], KNOWN), {
    names: [],
    rounds: 5,
    seconds: 3,
    json: false,
    strict: false,
    help: false,
    stores: undefined,
  });
});

Deno.test("parseBenchArguments() reads names in their order, each once, and every option", () => {
  const args = [
    "relay",
    "--rounds",
    "2",
    "vote",
    "relay",
    "--seconds=1",
    "--json",
    "--strict",
    "--stores=embedded",
  ];
  assertEquals(parseBenchArguments(args, KNOWN), {
    names: ["relay", "vote"],
    rounds: 2,
    seconds: 1,
    json: true,
    strict: true,
    help: false,
    stores: "embedded",
  });
});

Deno.test("parseBenchArguments() says what is wrong with what it cannot take", () => {
  const wrong: [args: string[], message: string][] = [
    [["votes"], 'Choose a bench: got "votes", wanted one of vote, query, relay'],
    [["--rounds", "0"], 'Read --rounds: got "0", wanted a whole number from 1 to 1000'],
    [["--rounds="], 'Read --rounds: got "", wanted a whole number from 1 to 1000'],
    [["--seconds", "1.5"], 'Read --seconds: got "1.5", wanted a whole number from 1 to 600'],
    [["--stores=elsewhere"], 'Choose the stores: got "elsewhere", wanted compose or embedded'],
    [["--round", "1"], "--round"],
  ];
  for (const [args, message] of wrong) assertThrows(() => parseBenchArguments(args, KNOWN), Error, message);
});
