import { assertEquals } from "@std/assert";
import type { PollInRedis } from "../../../shared/redis/poll_scripts.ts";
import { type LedgerPoll, pollNeed } from "./decide_poll.ts";

/** A shard that obeys, and is noted to. */
const LEDGER: LedgerPoll = {
  revision: "b",
  voting: "closed",
  results: "frozen",
  frozenRevision: "a",
  applied: { revision: "b", candidatesDigest: "d", votingSinceMs: 7 },
};
const REDIS: PollInRedis = {
  revision: "b",
  voting: "closed",
  results: "frozen",
  frozenRevision: "a",
  candidatesDigest: "d",
  votingSinceMs: 7,
};

interface Changed {
  readonly ledger?: Partial<LedgerPoll>;
  readonly redis?: Partial<PollInRedis>;
  readonly file?: { readonly digest: string | undefined };
}

function need({ ledger = {}, redis = {}, file = { digest: "d" } }: Changed = {}) {
  return pollNeed({ ...LEDGER, ...ledger }, { redis: { ...REDIS, ...redis }, candidatesDigest: file.digest });
}

Deno.test("pollNeed() asks for nothing where the shard obeys and Postgres says so", () => {
  assertEquals(need(), "nothing");
  const any = { redis: { candidatesDigest: undefined }, file: { digest: undefined } };
  const applied = { revision: "b", candidatesDigest: undefined, votingSinceMs: 7 };
  assertEquals(need({ ...any, ledger: { applied } }), "nothing");
});

Deno.test("pollNeed() asks for a switch for whatever Redis does not obey, older or newer", () => {
  assertEquals(need({ ledger: { revision: "c" } }), "switch");
  assertEquals(need({ redis: { revision: "c" } }), "switch");
  assertEquals(need({ redis: { revision: undefined } }), "switch");
  assertEquals(need({ redis: { voting: "open" } }), "switch");
  assertEquals(need({ redis: { results: "live" } }), "switch");
  assertEquals(need({ redis: { frozenRevision: "0" } }), "switch");
  assertEquals(need({ redis: { candidatesDigest: undefined } }), "switch");
  assertEquals(need({ file: { digest: "e" } }), "switch");
  assertEquals(need({ file: { digest: undefined } }), "switch");
});

Deno.test("pollNeed() asks for a note where Postgres does not say that the shard obeys", () => {
  assertEquals(need({ ledger: { applied: undefined } }), "note");
  for (const wrong of [{ revision: "a" }, { candidatesDigest: "e" }, { votingSinceMs: 6 }]) {
    const applied = { revision: "b", candidatesDigest: "d", votingSinceMs: 7, ...wrong };
    assertEquals(need({ ledger: { applied } }), "note");
  }
});
