/** Live results over a clock that the test moves and a counter that the test sets: no store, no waiting. */
import { assert, assertEquals } from "@std/assert";
import { buildSchema, parse } from "graphql";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import type { LiveOutcome, LiveState } from "../../shared/redis/live_script.ts";
import { READ_AT_MARK, type Subscription } from "./channel.ts";
import { CHANNELS_MAX, CHANNELS_PER_ADDRESS_MAX } from "./channels.ts";
import { Feed } from "./feed.ts";
import { createLive, FRAME_MS_MIN, type Live, TURN_MS, WRITES_PER_TURN } from "./live.ts";
import type { LiveMetrics } from "./live_metrics.ts";
import { HEARTBEAT_MS, STALLED_MS_MAX } from "./viewer.ts";

const schema = buildSchema("type Query { a: Int } type Subscription { board: Int! readAt: String! }");
const EPOCH_MS = 1_700_000_000_000;

function stateOf(voteCount: number, nowMs: number): LiveState {
  return {
    epoch: "1",
    readAtMs: EPOCH_MS + nowMs,
    voting: "open",
    results: "live",
    voteCount,
    candidateCount: 0,
    leaders: [],
    ticket: undefined,
  };
}

interface Scene {
  readonly live: Live;
  readonly counts: { viewers: number; reads: number; frames: number; cut: number; executed: number };
  readonly refused: string[];
  /** How long the pulse has paused each time. */
  readonly pauses: number[];
  /** What Redis says from now on; undefined: not ready. */
  votes: number | undefined;
  subscription(document?: string): Subscription;
  watch(options?: { address?: string; document?: string }): ReadableStream<Uint8Array>;
  /** Lets the pulse come to its next pause of a frame, and over it. */
  frame(): Promise<void>;
}

function createScene(options: { viewersMax?: number; perAddressMax?: number } = {}): Scene {
  const counts = { viewers: 0, reads: 0, frames: 0, cut: 0, executed: 0 };
  const refused: string[] = [];
  const pauses: number[] = [];
  let nowMs = 0;
  let goOn: (() => void) | undefined;
  let paused: (() => void) | undefined;
  const metrics: LiveMetrics = {
    viewersChanged: (count) => void (counts.viewers = count),
    stateRead: () => void counts.reads++,
    frameWritten: () => void counts.frames++,
    viewerCut: () => void counts.cut++,
    streamRefused: (reason) => void refused.push(reason),
  };
  const outcome = (): LiveOutcome =>
    scene.votes === undefined ? { kind: "not_ready" } : { kind: "live", state: stateOf(scene.votes, nowMs) };
  const pause = (ms: number, signal: AbortSignal): Promise<void> => {
    pauses.push(ms);
    nowMs += ms;
    if (ms === TURN_MS || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      goOn = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
      paused?.();
    });
  };
  const live = createLive({
    read: () => Promise.resolve(outcome()),
    viewersMax: options.viewersMax ?? 5000,
    perAddressMax: options.perAddressMax ?? 5000,
    clock: { nowMs: () => nowMs, pause },
    metrics,
    log: createSilentLogger(),
  });
  resolveWith((state) => {
    counts.executed++;
    return state.voteCount;
  });
  const scene: Scene = {
    live,
    counts,
    refused,
    pauses,
    votes: 0,
    subscription: (document = "subscription { board }") => ({
      feed: Feed.leaderboard,
      key: document,
      execution: { schema, document: parse(document) },
      maskError: (error) => {
        throw error;
      },
    }),
    watch({ address = "a", document } = {}) {
      const watched = live.watch(scene.subscription(document), address);
      if (typeof watched === "string") throw new Error(`Watch: got "${watched}"`);
      return watched;
    },
    async frame() {
      const nextPause = new Promise<void>((resolve) => void (paused = resolve));
      if (goOn) {
        const resolve = goOn;
        goOn = undefined;
        resolve();
      }
      await nextPause;
    },
  };
  return scene;
}

/** As the schema of the API does it: the state is the root, and its time is a mark. */
function resolveWith(board: (state: LiveState) => number): void {
  const fields = schema.getSubscriptionType()?.getFields();
  if (fields?.board) fields.board.resolve = board;
  if (fields?.readAt) fields.readAt.resolve = () => READ_AT_MARK;
}

/** What has come, without waiting for more: everything of the test happens in microtasks. */
function take(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let ended = false;
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value);
    }
  })().then(() => void (ended = true), () => void (ended = true));
  return {
    boards: () => [...text.matchAll(/"board":(\d+)/g)].map(([, votes]) => Number(votes)),
    comments: () => text.split(":\n\n").length - 1,
    text: () => text,
    ended: () => ended,
    async leave() {
      await reader.cancel();
      await reading;
    },
    reading,
  };
}

Deno.test("createLive() reads Redis once a frame and executes once, however many watch the same", async () => {
  const scene = createScene();
  const viewers = Array.from({ length: 50 }, () => take(scene.watch()));
  // The first frame is of the first alone: the others came after its read had begun.
  await scene.frame();
  await scene.frame();
  assertEquals([scene.counts.reads, scene.counts.executed, scene.counts.frames], [2, 1, 50]);
  scene.votes = 7;
  await scene.frame();
  assertEquals([scene.counts.reads, scene.counts.executed, scene.counts.frames], [3, 2, 100]);
  for (const viewer of viewers) assertEquals(viewer.boards(), [0, 7]);
  await scene.live.stop();
});

Deno.test("createLive() sends nothing where nothing has changed, and does not take the time of a read for a change", async () => {
  const scene = createScene();
  const board = take(scene.watch());
  const timed = take(scene.watch({ document: "subscription { readAt }" }));
  for (let times = 0; times < 5; times++) await scene.frame();
  // What is watched by one has changed, and nothing that the other has asked for.
  scene.votes = 3;
  await scene.frame();
  assertEquals(board.boards(), [0, 3]);
  assertEquals(timed.text().match(/data: .*/g), [
    `data: {"data":{"readAt":"${new Date(EPOCH_MS + FRAME_MS_MIN).toISOString()}"}}`,
  ]);
  assertEquals(scene.counts.reads, 6);
  await scene.live.stop();
});

Deno.test("createLive() shows nobody what was read before they came", async () => {
  const scene = createScene();
  const first = take(scene.watch());
  await scene.frame();
  const second = take(scene.watch());
  // As one who has just voted, and watches then.
  scene.votes = 1;
  await scene.frame();
  assertEquals([first.boards(), second.boards()], [[0, 1], [1]]);
  assertEquals([scene.counts.reads, scene.counts.executed], [2, 2]);
  await scene.live.stop();
});

Deno.test("createLive() keeps a frame at a quarter of a second, and longer where more watch than can be written to", async () => {
  const scene = createScene();
  const few = take(scene.watch());
  await scene.frame();
  assertEquals(scene.pauses, [FRAME_MS_MIN]);
  const many = Array.from({ length: 100 * WRITES_PER_TURN }, () => take(scene.watch()));
  scene.pauses.length = 0;
  scene.votes = 1;
  await scene.frame();
  // A thousand writes and an execution: a hundred pauses of a turn, more than a quarter of a second.
  assertEquals(scene.pauses.slice(0, 100), Array.from({ length: 100 }, () => TURN_MS));
  assertEquals([few.boards(), many.at(-1)?.boards()], [[0, 1], [1]]);
  await scene.live.stop();
});

Deno.test("createLive() beats only while somebody watches", async () => {
  const scene = createScene();
  const viewer = take(scene.watch());
  await scene.frame();
  await viewer.leave();
  assertEquals(scene.counts.viewers, 0);
  // Over its last pause; nobody is there any more.
  await scene.live.stop();
  assertEquals(scene.counts.reads, 1);
});

Deno.test("createLive() refuses streams beyond the caps, in all and of one address, and takes one when another has left", async () => {
  const scene = createScene({ viewersMax: 3, perAddressMax: 2 });
  const watch = (address: string | undefined) => scene.live.watch(scene.subscription(), address);
  const first = scene.watch();
  scene.watch();
  assertEquals(watch("a"), "address");
  scene.watch({ address: "b" });
  assertEquals([watch("b"), watch("c"), watch(undefined)], ["full", "full", "full"]);
  await first.cancel();
  assert(typeof watch("a") !== "string");
  assertEquals(scene.refused, ["address", "full", "full", "full"]);
  await scene.live.stop();
});

Deno.test("createLive() bounds how many documents are executed, of one address and in all, and not who watches the same", async () => {
  const scene = createScene();
  const watch = (document: string, address: string) =>
    scene.live.watch(scene.subscription(document), address);
  let made = 0;
  const another = (address: string) => watch(`subscription { a${made++}: board }`, address);
  for (let count = 0; count < CHANNELS_PER_ADDRESS_MAX; count++) assert(typeof another("a") !== "string");
  assertEquals(another("a"), "documents");
  assert(typeof watch("subscription { a0: board }", "a") !== "string");
  for (let count = CHANNELS_PER_ADDRESS_MAX; count < CHANNELS_MAX; count++) {
    assert(typeof another(`b${count}`) !== "string");
  }
  assertEquals(another("c"), "documents");
  assertEquals(scene.counts.viewers, CHANNELS_MAX + 1);
  await scene.live.stop();
  assertEquals(scene.counts.viewers, 0);
});

Deno.test("a viewer who does not read holds two chunks and no more, and is cut off in the end", async () => {
  const scene = createScene();
  const slow = scene.watch();
  const quick = take(scene.watch());
  for (let votes = 1; votes < 40; votes++) {
    scene.votes = votes;
    await scene.frame();
  }
  // The beginning and the first frame wait in the stream; all later ones were left out.
  assertEquals(scene.counts.frames, 1 + 38);
  const frames = Math.ceil(STALLED_MS_MAX / FRAME_MS_MIN) + 2;
  for (let more = 0; more < frames && scene.counts.cut === 0; more++) {
    scene.votes = 100 + more;
    await scene.frame();
  }
  assertEquals([scene.counts.cut, scene.counts.viewers], [1, 1]);
  assertEquals(take(slow).boards(), []);
  assertEquals(quick.boards().at(-1), scene.votes);
  await scene.live.stop();
});

Deno.test("a viewer who reads again is shown what stands, not what was left out", async () => {
  const scene = createScene();
  const stream = scene.watch();
  for (let votes = 1; votes < 10; votes++) {
    scene.votes = votes;
    await scene.frame();
  }
  const viewer = take(stream);
  scene.votes = 10;
  await scene.frame();
  await scene.frame();
  assertEquals(viewer.boards(), [0, 10]);
  await scene.live.stop();
});

Deno.test("a stream on which nothing happens has a comment now and then", async () => {
  const scene = createScene();
  const viewer = take(scene.watch());
  const frames = 2 * HEARTBEAT_MS / FRAME_MS_MIN + 1;
  for (let count = 0; count < frames; count++) await scene.frame();
  assertEquals(viewer.boards(), [0]);
  // One when it began.
  assertEquals(viewer.comments(), 1 + 2);
  await scene.live.stop();
});

Deno.test("createLive() tells nothing while Redis is not ready, asks it less and less often, and then shows what changed", async () => {
  const scene = createScene();
  const before = take(scene.watch());
  await scene.frame();
  scene.votes = undefined;
  scene.pauses.length = 0;
  for (let times = 0; times < 12; times++) await scene.frame();
  const waited = scene.pauses;
  assert(waited.every((ms) => ms >= FRAME_MS_MIN && ms <= 2000), String(waited));
  assert((waited.at(-1) ?? 0) > 900, String(waited));
  const meanwhile = take(scene.watch());
  await scene.frame();
  assertEquals([before.boards(), meanwhile.boards()], [[0], []]);
  scene.votes = 5;
  await scene.frame();
  assertEquals([before.boards(), meanwhile.boards()], [[0, 5], [5]]);
  await scene.live.stop();
});

Deno.test("stop() ends every stream at once and without a word, also of who does not read, and takes no further one", async () => {
  const scene = createScene();
  const viewer = take(scene.watch());
  scene.watch();
  await scene.frame();
  scene.votes = 1;
  await scene.frame();
  await scene.live.stop();
  await viewer.reading;
  assertEquals([viewer.ended(), scene.counts.viewers], [true, 0]);
  assert(!viewer.text().includes("complete"));
  assertEquals(scene.live.watch(scene.subscription(), "a"), "stopping");
  assertEquals(scene.refused, ["stopping"]);
});
