/**
 * The clients: each fetches a ticket, votes, and repeats the vote with the same request id for as long as the contract
 * lets it. Some do what they should not: the same request again much later, or another vote under an old request id.
 */
import type { CastVoteOutcome } from "../../shared/vote/outcome.ts";
import type { VoteRecord } from "../../shared/vote/record.ts";
import type { Actor, Life } from "./actor.ts";
import { voteId } from "./garbage.ts";
import { createRedisLink, type RedisLink } from "./links.ts";
import { judgeAccepted } from "./operators.ts";
import { readTicket } from "./rotators.ts";
import { Gone, gone, LIMITS, NAMES, redisTimeMs, REQUEST_LIFE_MS, type World } from "./world.ts";

interface Content {
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly voter: string | undefined;
}

/** What a client wants counted once, however often it sends it. */
interface Intent extends Content {
  readonly intent: number;
  readonly requestId: string;
}

export function beginClient(world: World, actor: Actor): Life & { redis: RedisLink } {
  const redis = createRedisLink(world, actor);
  const asked: Intent[] = [];

  function choose(): { intent: Intent; isHostile: boolean } {
    const { random } = world;
    const intent = world.nextId();
    const earlier = random.chance(0.1) ? asked[random.int(0, asked.length - 1)] : undefined;
    if (!earlier) return { intent: { ...content(world), intent, requestId: `r${intent}` }, isHostile: false };
    world.count("request id used again");
    const { requestId } = earlier;
    const again = random.chance(0.5) ? earlier : content(world);
    return { intent: { ...again, intent, requestId }, isHostile: true };
  }

  async function run(): Promise<void> {
    if (world.isEnding) return;
    const { random } = world;
    const { intent, isHostile } = choose();
    const untilMs = world.nowMs + REQUEST_LIFE_MS / 2;
    let ticket: string | undefined;
    while (world.nowMs < untilMs) {
      if (ticket === undefined || random.chance(0.7)) ticket = await fetchTicket(world, redis) ?? ticket;
      if (ticket === undefined) continue;
      const outcome = await cast(world, { redis, intent, ticket, untilMs, who: actor.name });
      world.count(outcome.kind === "refused" ? `vote refused: ${outcome.code}` : `vote ${outcome.kind}`);
      if (outcome.kind === "accepted" && !random.chance(world.answerLoss)) break;
      if (outcome.kind === "refused" && outcome.code === "REQUEST_ID_CONFLICT") break;
      if (isHostile && random.chance(0.5)) break;
      world.count("vote sent again");
      // Some have the patience to come back when Redis has another memory.
      if (random.chance(0.1)) actor.asleepUntilTurn = world.turn + random.int(20, 150);
    }
    asked.push(intent);
  }

  return { run, redis };
}

function content({ random }: World): Content {
  const names = random.chance(0.2) ? [...NAMES] : [random.pick(NAMES)];
  return {
    names,
    counts: names.map(() => random.int(1, 3)),
    voter: random.chance(0.2) ? "alan" : undefined,
  };
}

/** Returns undefined where there is none; always asks, so that a client that waits gives others their turn. */
async function fetchTicket(world: World, link: RedisLink): Promise<string | undefined> {
  try {
    const incarnation = link.isConnected() ? link.incarnation() : "";
    return await link.call((redis) => {
      const timeMs = redisTimeMs(world, redis);
      const outcome = redis.data.openTicket({ timeMs, incarnation });
      return outcome.kind === "open" ? outcome.ticket : undefined;
    });
  } catch (error) {
    if (error instanceof Gone) return undefined;
    throw error;
  }
}

/** As the API: a vote id of its own for every attempt, and one call to the script. */
async function cast(
  world: World,
  { redis: link, intent, ticket, untilMs, who }: {
    redis: RedisLink;
    intent: Intent;
    ticket: string;
    untilMs: number;
    who: string;
  },
): Promise<CastVoteOutcome> {
  const { names, counts, voter, requestId } = intent;
  const record: VoteRecord = {
    v: 1,
    id: voteId(world.nextId()),
    shard: 0,
    names,
    counts,
    ...(voter === undefined ? {} : { voter }),
    requestId,
  };
  const fingerprint = JSON.stringify([names, counts, voter ?? null]);
  const input = { ticket: readTicket(ticket), record, fingerprint };
  try {
    const incarnation = link.isConnected() ? link.incarnation() : "";
    return await link.call((redis) => {
      // However long the client slept: no command is under way for so long.
      if (world.nowMs >= untilMs) throw gone("Reach Redis: timed out");
      const { data, runId } = redis;
      const timeMs = redisTimeMs(world, redis);
      const before = data.last;
      const outcome = data.vote(input, { timeMs, incarnation, limits: LIMITS });
      const { last } = data;
      if (!last || last === before) {
        if (outcome.kind === "accepted") world.count("first answer given again");
        return outcome;
      }
      world.counted.set(record.id, {
        id: record.id,
        requestId,
        intent: intent.intent,
        content: fingerprint,
        atMs: timeMs,
      });
      judgeAccepted(world, { process: redis, voteId: record.id });
      world.uses.set(ticket, (world.uses.get(ticket) ?? 0) + 1);
      world.count("vote counted");
      world.say(
        who,
        `vote ${record.id} as ${last.epoch}-${last.version} on ${runId}: ${requestId} ${fingerprint}`,
      );
      return outcome;
    });
  } catch (error) {
    if (error instanceof Gone) return { kind: "unknown", cause: error };
    throw error;
  }
}
