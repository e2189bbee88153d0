import { assertEquals } from "@std/assert";
import { PROGRAMS, programsUsing } from "./programs.ts";

Deno.test("programsUsing() names the one program of its own folder", () => {
  assertEquals(programsUsing("api/graphql/schema.ts"), ["api"]);
  assertEquals(programsUsing("workers/vote_persister/main.ts"), ["vote-persister"]);
  assertEquals(programsUsing("workers/ticket_rotator/mint.ts"), ["ticket-rotator"]);
});

Deno.test("programsUsing() names all four for what they share", () => {
  assertEquals(programsUsing("shared/redis/lua/vote.lua"), [...PROGRAMS]);
  assertEquals(programsUsing("shared/postgres/migrations/0001_ledger.sql"), [...PROGRAMS]);
});

Deno.test("programsUsing() names none for tests, editors' files and other folders", () => {
  const paths = [
    "api/vote_test.ts",
    "shared/testing/harness.ts",
    "api/.main.ts.swp",
    "dev/dev.ts",
    "workers/x.ts",
  ];
  assertEquals(paths.flatMap(programsUsing), []);
});
