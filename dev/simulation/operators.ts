/**
 * The operator of the poll: opens, closes, freezes, publishes, and waits until it is obeyed. Once a close is, no vote may
 * be accepted until an open is asked for, whatever dies, restores or goes back. Two things are beyond anybody: a Redis
 * that serves beside the one where the close was obeyed and that no guard has reached since; and a close that neither
 * store remembers, since both went back.
 */
import type { PollState } from "../../shared/poll/poll_state.ts";
import type { Actor, Life } from "./actor.ts";
import { BLOCKED } from "./actor.ts";
import { createPostgresLink } from "./links.ts";
import type { RedisProcess, World } from "./world.ts";

/** What is known of closes. */
export interface Closes {
  /** Revisions by which voting is closed for good, as far as anybody was told; empty while it is not. */
  readonly told: Set<string>;
  /** Redis processes that a close has not reached. */
  readonly exempt: Set<string>;
  /** By revision: the process that was seen to obey. */
  readonly notedOn: Map<string, string>;
}

export function createCloses(): Closes {
  return { told: new Set(), exempt: new Set(), notedOn: new Map() };
}

/** Some are patient, and some ask for something else while the guard is at it. */
const LOOKS_MAX = [2, 10, 40] as const;

export function beginOperator(world: World, actor: Actor): Life {
  const { random, closes } = world;
  const postgres = createPostgresLink(world, actor);

  function choose({ voting, results }: PollState): PollState {
    if (voting === "closed" && random.chance(0.7)) return { voting: "open", results };
    return random.pick<() => PollState>([
      () => ({ voting: "closed", results }),
      () => ({ voting: "open", results }),
      () => ({ voting, results: "frozen" }),
      () => ({ voting, results: "live" }),
    ])();
  }

  async function run(): Promise<void> {
    if (world.isEnding || !random.chance(0.3)) {
      await actor.call(() => undefined);
      return;
    }
    const revision = await postgres.call((ledger) => {
      // The row is locked while a guard that adopts a state is in its transaction.
      if (world.postgres.shardLock) return BLOCKED;
      const { poll } = ledger.poll;
      const to = choose(poll);
      const revision = `asked ${world.nextId()}`;
      if (to.voting === "open") closes.told.clear();
      ledger.poll.change({ to, revision, totals: ledger.totals() });
      world.count(`poll: ${to.voting}, ${to.results}`);
      world.say(actor.name, `asks for ${to.voting}, ${to.results} as ${revision}`);
      return revision;
    });
    const looksMax = random.pick(LOOKS_MAX);
    for (let look = 0; look < looksMax; look++) {
      const answer = await postgres.call(({ poll: { poll, applied } }) => {
        if (poll.revision !== revision) return "superseded";
        if (applied?.revision !== revision) return "waits";
        if (poll.voting === "closed") tellClosed(world, revision);
        return "obeyed";
      });
      world.count(`poll change ${answer}`);
      if (answer !== "waits") return;
    }
  }
  return { run };
}

function tellClosed({ closes, redis, oldRedis, say }: World, revision: string): void {
  closes.told.add(revision);
  const isReached = ({ runId, data }: RedisProcess) =>
    runId === closes.notedOn.get(revision) || data.poll.state?.voting === "closed";
  for (const process of [redis, ...oldRedis]) if (!isReached(process)) closes.exempt.add(process.runId);
  say("OPERATOR", `is told that ${revision} is obeyed: closed`);
}

/** A vote was accepted. */
export function judgeAccepted(
  world: World,
  { process, voteId }: { process: RedisProcess; voteId: string },
): void {
  const { closes } = world;
  if (closes.told.size === 0 || closes.exempt.has(process.runId)) return;
  world.problems.push(`vote ${voteId} was accepted on ${process.runId} after a close was obeyed`);
}

/** After a store went back: a close that nobody remembers holds no more. */
export function forgetCloses({ closes, redis, postgres, count }: World): void {
  if (closes.told.size === 0) return;
  const inRedis = redis.data.poll.state?.revision;
  const isRemembered = [...closes.told].some((revision) =>
    revision === inRedis || postgres.ledger.poll.revisions.has(revision)
  );
  if (isRemembered) return;
  closes.told.clear();
  count("close forgotten by both stores");
}
