import { assert, assertEquals } from "@std/assert";
import { parsePoll } from "../../shared/redis/poll_scripts.ts";
import type { ShardState } from "../../shared/redis/shard_scripts.ts";
import type { MintInput, MintOutcome } from "../../shared/redis/ticket_scripts.ts";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { createRotator, slotsAt } from "./rotate.ts";

const OPEN: ShardState = {
  isOpen: true,
  epoch: 7,
  newestOpensAt: -1,
  last: undefined,
  carriedCount: 0,
  timeMs: 10_250,
  poll: parsePoll([]),
};

/** A rotator over a shard that the test sets and a mint that remembers what it was asked. */
function rotatorOver(state: ShardState, outcome: MintOutcome = { kind: "minted", count: 2 }) {
  const shard = { state, outcome, minted: [] as MintInput[] };
  const rotator = createRotator({
    shard: 3,
    intervalMs: 1000,
    lifetimeMs: 2000,
    uses: 50,
    readShard: () => Promise.resolve(shard.state),
    mint(input) {
      shard.minted.push(input);
      return Promise.resolve(shard.outcome);
    },
    signer: { sign: (claims) => Promise.resolve(`${claims.shard}.${claims.epoch}.${claims.opensAt}`) },
    log: createSilentLogger(),
  });
  return { shard, rotator };
}

Deno.test("slotsAt() lies on the grid of Redis time, not on the moment of the look", () => {
  assertEquals(slotsAt({ timeMs: 10_250, intervalMs: 1000 }), { current: 10_000, next: 11_000 });
  assertEquals(slotsAt({ timeMs: 10_000, intervalMs: 1000 }), { current: 10_000, next: 11_000 });
  assertEquals(slotsAt({ timeMs: 9_999, intervalMs: 1000 }), { current: 9_000, next: 10_000 });
  assertEquals(slotsAt({ timeMs: 1_790_000_000_123, intervalMs: 1500 }), {
    current: 1_789_999_999_500,
    next: 1_790_000_001_000,
  });
});

Deno.test("rotator.step() mints the current and the next ticket, signed for shard, epoch and slot", async () => {
  const { shard, rotator } = rotatorOver(OPEN);
  await rotator.step();
  assertEquals(shard.minted, [{
    epoch: 7,
    current: { text: "3.7.10000", opensAt: 10_000 },
    next: { text: "3.7.11000", opensAt: 11_000 },
    uses: 50,
    lifetimeMs: 2000,
  }]);
});

Deno.test("rotator.step() mints a slot once and looks again before the next begins", async () => {
  const { shard, rotator } = rotatorOver({ ...OPEN, newestOpensAt: 11_000 });
  assertEquals(await rotator.step(), 100);
  shard.state = { ...shard.state, timeMs: 10_970 };
  assertEquals(await rotator.step(), 30);
  assertEquals(shard.minted, []);
  shard.state = { ...shard.state, timeMs: 11_000 };
  await rotator.step();
  assertEquals(shard.minted.map(({ current, next }) => [current.opensAt, next.opensAt]), [[11_000, 12_000]]);
});

Deno.test("rotator.step() mints nothing for a closed shard, and looks again soon", async () => {
  for (const closed of [{ ...OPEN, isOpen: false }, { ...OPEN, isOpen: false, epoch: undefined }]) {
    const { shard, rotator } = rotatorOver(closed);
    assert(await rotator.step() <= 25);
    assertEquals(shard.minted, []);
    assert(!rotator.isReady());
  }
});

Deno.test("rotator.step() looks again soon when the epoch changed under its hands", async () => {
  for (const kind of ["stale", "not_ready"] as const) {
    const { shard, rotator } = rotatorOver(OPEN, { kind });
    assert(await rotator.step() <= 25);
    assert(!rotator.isReady());
    shard.outcome = { kind: "minted", count: 2 };
    await rotator.step();
    assert(rotator.isReady());
  }
});

Deno.test("rotator.step() mints anew as soon as another epoch is open", async () => {
  const { shard, rotator } = rotatorOver({ ...OPEN, newestOpensAt: 11_000 });
  await rotator.step();
  shard.state = { ...OPEN, epoch: 8, newestOpensAt: -1 };
  await rotator.step();
  assertEquals(shard.minted.map(({ epoch, next }) => [epoch, next.text]), [[8, "3.8.11000"]]);
});

Deno.test("rotator.step() leaves tickets alone that open later than its clock says: it stepped back", async () => {
  const { shard, rotator } = rotatorOver({ ...OPEN, newestOpensAt: 15_000 });
  await rotator.step();
  assertEquals(shard.minted, []);
});
