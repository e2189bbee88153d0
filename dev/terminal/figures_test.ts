import { assertEquals } from "@std/assert";
import { computeFigures, type Reading } from "./figures.ts";

interface Seen {
  accepted?: number;
  refused?: number;
  outbox?: number;
  lagSum?: number;
  lagCount?: number;
  redis?: number;
}

function reading(atMs: number, seen: Seen): Reading {
  const votes = (code: string, value = 0) => ({ name: "cast_votes_total", labels: { code }, value });
  const plain = (name: string, value = 0) => ({ name, labels: {}, value });
  return {
    atMs,
    samples: new Map([
      ["api", [
        votes("ACCEPTED", seen.accepted),
        votes("TICKET_EXPIRED", seen.refused),
        { name: "cast_store_connected", labels: { store: "redis" }, value: seen.redis ?? 1 },
      ]],
      ["outbox-relay", [plain("cast_outbox_votes", seen.outbox)]],
      ["vote-persister", [
        plain("cast_persist_lag_seconds_sum", seen.lagSum),
        plain("cast_persist_lag_seconds_count", seen.lagCount),
        plain("cast_unstored_votes", 2),
      ]],
    ]),
  };
}

Deno.test("computeFigures() gives rates and the lag of what was stored between two readings", () => {
  const first = reading(1_000, { accepted: 100, refused: 4, lagSum: 50, lagCount: 100 });
  const figures = computeFigures(first, undefined);
  assertEquals([figures.acceptedPerSecond, figures.lagSeconds], [undefined, undefined]);
  const later = reading(3_000, { accepted: 160, refused: 8, outbox: 7, lagSum: 51.5, lagCount: 150 });
  const { unreached, ...rest } = computeFigures(later, { reading: first, figures });
  assertEquals(rest, {
    acceptedPerSecond: 30,
    refusedPerSecond: 2,
    outboxVotes: 7,
    lagSeconds: 0.03,
    unstoredVotes: 2,
  });
  assertEquals(unreached.get("api"), []);
});

Deno.test("computeFigures() keeps the lag where nothing was stored, and begins anew with a program that did", () => {
  const first = reading(0, { accepted: 100, lagSum: 1, lagCount: 10 });
  const figures = { ...computeFigures(first, undefined), lagSeconds: 0.5 };
  const later = reading(1_000, { accepted: 3, lagSum: 1, lagCount: 10 });
  const next = computeFigures(later, { reading: first, figures });
  assertEquals([next.lagSeconds, next.acceptedPerSecond], [0.5, 3]);
});

Deno.test("computeFigures() says what it does not know, and which store is not reached", () => {
  const first = reading(0, { redis: 0, outbox: NaN });
  const figures = computeFigures(first, undefined);
  assertEquals(figures.outboxVotes, undefined);
  assertEquals(figures.unreached.get("api"), ["redis"]);
  const silent: Reading = { atMs: 1_000, samples: new Map([["api", undefined]]) };
  const { unreached, ...rest } = computeFigures(silent, { reading: first, figures });
  assertEquals(new Set(Object.values(rest)), new Set([undefined]));
  assertEquals(unreached.get("api"), []);
});
