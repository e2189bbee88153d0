import { assertEquals } from "@std/assert";
import { createVoteRate, SECONDS_SHOWN } from "./vote_rate.js";

const NOW = 1_000_000_000;
const at = (seconds: number, voteCount: number, about: { epoch?: string; isFirst?: boolean } = {}) => ({
  epoch: "1",
  isFirst: false,
  ...about,
  atMs: NOW + seconds * 1000,
  voteCount,
});

function lastOf(rates: readonly (number | null)[], count: number): (number | null)[] {
  return rates.slice(-count);
}

Deno.test("perSecond() counts the votes of each whole second, and none where no frame came", () => {
  const rate = createVoteRate();
  rate.add(at(0, 100, { isFirst: true }));
  rate.add(at(0.5, 104));
  rate.add(at(1, 110));
  rate.add(at(9, 119));
  const rates = rate.perSecond(NOW + 12_500);
  assertEquals(rates.length, SECONDS_SHOWN);
  assertEquals(lastOf(rates, 13), [null, 10, 0, 0, 0, 0, 0, 3, 3, 3, 0, 0, 0]);
});

Deno.test("perSecond() spreads what a frame counts where frames are rare, and waits for the one on its way", () => {
  const rate = createVoteRate();
  rate.add(at(0, 0, { isFirst: true }));
  rate.add(at(2, 200));
  rate.add(at(4, 600));
  assertEquals(lastOf(rate.perSecond(NOW + 6000), 6), [100, 100, 200, 200, null, null]);
  assertEquals(rate.present(NOW + 6000), 500 / 3);
});

Deno.test("perSecond() knows nothing of what was counted while nobody listened", () => {
  const rate = createVoteRate();
  rate.add(at(0, 0, { isFirst: true }));
  rate.add(at(1, 10));
  rate.add(at(5.5, 900, { isFirst: true }));
  rate.add(at(6, 905));
  rate.add(at(7, 915));
  assertEquals(lastOf(rate.perSecond(NOW + 7000), 8), [null, 10, null, null, null, null, null, 10]);
});

Deno.test("a new epoch begins anew, as does a count that fell or a clock that stepped back", () => {
  for (const next of [at(1, 3, { epoch: "2" }), at(1, 3), at(-1, 600)]) {
    const rate = createVoteRate();
    rate.add(at(0, 500, { isFirst: true }));
    rate.add(next);
    assertEquals(rate.perSecond(NOW + 3000).filter((each) => (each ?? 0) > 0), []);
  }
});

Deno.test("present() is the mean of the last seconds, 0 when votes stop, and unknown before there are enough", () => {
  const rate = createVoteRate();
  assertEquals(rate.present(NOW), null);
  rate.add(at(0, 0, { isFirst: true }));
  assertEquals(rate.present(NOW + 1000), null);
  for (let quarter = 1; quarter <= 16; quarter++) rate.add(at(quarter / 4, quarter * 30));
  assertEquals(rate.present(NOW + 4000), 120);
  assertEquals(rate.present(NOW + 9000), 0);
});

Deno.test("a stream without end keeps no more frames than are shown", () => {
  const rate = createVoteRate();
  rate.add(at(0, 0, { isFirst: true }));
  for (let quarter = 1; quarter <= 4 * 1000; quarter++) rate.add(at(quarter / 4, quarter));
  assertEquals(new Set(rate.perSecond(NOW + 1_000_000)), new Set([4]));
});
