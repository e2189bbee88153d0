/**
 * What it costs those who vote that others watch: votes alone, and the same beside a crowd that watches the leaderboard,
 * in turn. Every vote changes what is watched, so that every frame is another one.
 */
import { startProgram } from "../../system/running_program.ts";
import { VOTE_DOCUMENT, voteVariables } from "../api/requests.ts";
import { openShard, removeVotes } from "../api/scene.ts";
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { honestP99 } from "../hostile/honest_load.ts";
import { processSeconds } from "../hostile/process_time.ts";
import { interleave } from "../interleave.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { startCrowd } from "./crowd_thread.ts";

const VOTES_PER_SECOND = 500;
const VIEWERS = 2000;
/** What it took to let two thousand in is over by then, and the garbage of it gone. */
const SETTLE_SECONDS = 2;
const RATIO_WANTED = { atMost: 1.3 };
/** As a page asks that shows who leads. */
const DOCUMENT =
  "subscription { leaderboard { entries { username votes } candidateCount voteCount readAt isOpen } }";

export const viewersBench: Bench = {
  name: "viewers",
  title:
    `Votes at ${VOTES_PER_SECOND}/s beside ${VIEWERS} who watch the leaderboard, against the same votes alone`,
  run,
};

async function run(context: BenchContext): Promise<readonly Figure[]> {
  const { createWorld, seconds, signal, say } = context;
  await using world = await createWorld();
  const { ticket, environment } = await openShard(world);
  const api = startProgram("api", { ...environment, CAST_LIVE_VIEWERS_PER_ADDRESS_MAX: String(VIEWERS) });
  world.defer(() => api.stop("SIGTERM"));
  await api.whenReady();
  const port = Number((await api.logged("api_listening")).port);
  const opsPort = Number((await api.logged("program_started")).opsPort);
  using crowd = startCrowd();
  const bodies = voteVariables({ ticket, withId: false }).map((variables) =>
    JSON.stringify({ query: VOTE_DOCUMENT, variables })
  );
  const votes = {
    url: `http://127.0.0.1:${port}/graphql`,
    bodies,
    perSecond: VOTES_PER_SECOND,
    seconds,
    signal,
  };
  const frames: number[] = [];
  const spent: Record<"alone" | "beside", number[]> = { alone: [], beside: [] };
  /** The votes' p99; what it took of the processors is kept aside. */
  const measure = async (side: "alone" | "beside") => {
    await honestP99({ ...votes, seconds: SETTLE_SECONDS });
    const before = await spentSeconds(api.pid);
    const p99 = await honestP99(votes);
    spent[side].push(await spentSeconds(api.pid) - before);
    return p99;
  };

  const alone = async () => {
    await removeVotes(world);
    const p99 = await measure("alone");
    say(`alone: p99 ${p99.toFixed(1)} ms`);
    return p99;
  };
  const beside = async () => {
    await removeVotes(world);
    await crowd.gather({ port, viewers: VIEWERS, document: DOCUMENT });
    const p99 = await measure("beside");
    const seen = await crowd.counted();
    await crowd.leave();
    await waitFor(() => hasNoViewer(opsPort), { what: "everybody to have left" });
    if (seen.ended > 0) throw new Error(`Watch the leaderboard: ${seen.ended} streams have ended`);
    const perViewer = seen.frames / VIEWERS / (SETTLE_SECONDS + seconds);
    frames.push(perViewer);
    say(`beside: p99 ${p99.toFixed(1)} ms, ${perViewer.toFixed(2)} frames/s a viewer`);
    return p99;
  };
  const samples = await interleave({ alone, beside }, context);
  return [
    {
      what: `votes' p99 beside ${VIEWERS} viewers`,
      unit: "ms",
      samples: samples.beside,
      limit: { what: "alone", samples: samples.alone },
      wanted: RATIO_WANTED,
    },
    // Without the round that warms up, as in `interleave`.
    { what: "frames to each viewer", unit: "frames/s", samples: frames.slice(1) },
    ...frameFigures(spent, frames.map((perSecond) => perSecond * VIEWERS * seconds)),
  ];
}

/** What the rounds with viewers took more, over what was sent. */
function frameFigures(
  { alone, beside }: Readonly<Record<"alone" | "beside", readonly number[]>>,
  sent: readonly number[],
): Figure[] {
  if (Deno.build.os !== "linux") return [];
  const samples = beside.map((took, round) => 1e6 * (took - (alone[round] ?? 0)) / (sent[round] ?? 1)).slice(
    1,
  );
  return [{ what: "processor time to send one frame", unit: "µs", samples }];
}

async function spentSeconds(pid: number): Promise<number> {
  return Deno.build.os === "linux" ? await processSeconds(pid) : 0;
}

async function hasNoViewer(opsPort: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  return (await response.text()).split("\n").includes("cast_live_viewers 0");
}
