/**
 * Everything that CAST's programs do in Redis, each part under the user that it belongs to: a shard is opened with totals
 * from Postgres, tickets are minted, votes are cast, relayed, carried, audited, and the shard is closed again.
 */
import type { RedisClient } from "../../shared/redis/client.ts";
import { createCloseScript, createReadTallyScript } from "../../shared/redis/audit_scripts.ts";
import { shardKeys } from "../../shared/redis/keys.ts";
import { createReadOutboxScript } from "../../shared/redis/outbox_script.ts";
import { createReadRankingScript, createReadTotalsScript } from "../../shared/redis/ranking_scripts.ts";
import { createReadReceiptScript } from "../../shared/redis/receipt_script.ts";
import {
  type Claim,
  createGuardScripts,
  createReadShardScript,
  type GuardScripts,
} from "../../shared/redis/shard_scripts.ts";
import { createReadLiveScript } from "../../shared/redis/live_script.ts";
import { createTallyPages } from "../../shared/redis/page_script.ts";
import { createStoredScripts } from "../../shared/redis/stored_scripts.ts";
import { createMintScript, createOpenTicketScript } from "../../shared/redis/ticket_scripts.ts";
import { createReadTotalScript } from "../../shared/redis/total_script.ts";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { createVoteLab } from "../../shared/testing/vote_lab.ts";
import { readCurrentTicket } from "../../workers/ticket_rotator/current_ticket.ts";
import { createLease } from "../../workers/outbox_relay/lease.ts";
import { createRedisOutbox } from "../../workers/outbox_relay/redis_outbox.ts";

export interface FlowOptions {
  readonly prefix: string;
  /** A connection of each user. */
  readonly as: (user: string) => RedisClient;
  /** The poll lists its candidates and shows frozen results; or it takes any name and shows all. */
  readonly poll: "listed" | "any";
}

const LIFETIME_MS = 60_000;

/** Throws where any part is refused. */
export async function runFlow({ prefix, as, poll }: FlowOptions): Promise<void> {
  const keys = shardKeys({ prefix, shard: 0 });
  const epoch = Date.now();
  const guard = as("cast-vote-persister");
  // Twice: an open shard is claimed in another way than a closed one.
  for (const each of [epoch - 1, epoch]) await restoreAndOpen(guard, { prefix, poll, epoch: each });

  const rotator = as("cast-ticket-rotator");
  const opensAt = Date.now() - 1000;
  const readShard = createReadShardScript(rotator, keys);
  await readShard();
  await createMintScript(rotator, keys)({
    epoch,
    current: { text: "current", opensAt },
    next: { text: "next", opensAt: opensAt + LIFETIME_MS },
    uses: 10,
    lifetimeMs: LIFETIME_MS,
  });

  const readOpenTicket = createOpenTicketScript(rotator, keys);
  must(
    await readCurrentTicket({ readOpenTicket, readShard, lifetimeMs: LIFETIME_MS }) !== undefined,
    "watch a ticket",
  );

  await vote(as("cast-api"), { prefix, poll, ticket: { kid: "k", shard: 0, epoch, opensAt } });
  await relay(as("cast-outbox-relay"), prefix);
  const scripts = createGuardScripts(guard, keys);
  const carried = { voteId: crypto.randomUUID(), names: ["ada"], changes: [1] };
  must(await scripts.carry({ epoch, votes: [carried] }) === 1, "carry");
  const pages = createTallyPages(guard, keys);
  await pages.scan({ cursor: "0", countMax: 10 });
  must((await pages.read(["ada"])).totals[0] === 10, "read a page");
  await sayStored(guard, { prefix, epoch });
  await audit(as("cast-operator"), { prefix, epoch });
}

async function restoreAndOpen(
  client: RedisClient,
  { prefix, poll, epoch }: { prefix: string; poll: FlowOptions["poll"]; epoch: number },
): Promise<void> {
  const scripts = createGuardScripts(client, shardKeys({ prefix, shard: 0 }));
  const incarnation = client.incarnation();
  const claimId = crypto.randomUUID();
  await scripts.claim(claimId);
  await scripts.claim(claimId);
  await scripts.readClaimed(incarnation);
  must(await scripts.loadTally({ incarnation, claimId, totals: [["ada", "7"]] }), "load");
  if (poll === "listed") await obeyPoll(scripts, { incarnation, claimId });
  must(await scripts.open({ incarnation, claimId, epoch, restored: true }), "open");
}

/** A listed poll whose results are frozen, and a voter who has voted before. */
async function obeyPoll(scripts: GuardScripts, claim: Claim): Promise<void> {
  const { poll } = await scripts.readShard();
  await scripts.poll.loadVoters(claim, [{ voter: "eve", votes: 1, endsAtMs: Date.now() + LIFETIME_MS }]);
  const loadId = crypto.randomUUID();
  await scripts.poll.loadCandidates(loadId, ["ada"]);
  await scripts.poll.loadFrozen(loadId, [["ada", "7"]]);
  const revision = crypto.randomUUID();
  const loaded = { loadId, count: 1 };
  const since = await scripts.poll.switchTo({
    incarnation: claim.incarnation,
    on: claim,
    seen: poll,
    to: { revision, voting: "open", results: "frozen", frozenRevision: revision, candidatesDigest: "digest" },
    candidates: loaded,
    frozen: loaded,
  });
  must(since !== undefined, "obey the poll");
  must((await scripts.poll.readFrozen(claim.incarnation))?.length === 1, "read what is published");
}

async function vote(
  client: RedisClient,
  { prefix, poll, ticket }: {
    prefix: string;
    poll: FlowOptions["poll"];
    ticket: { kid: string; shard: number; epoch: number; opensAt: number };
  },
): Promise<void> {
  const keys = shardKeys({ prefix, shard: 0 });
  const open = await createOpenTicketScript(client, keys)();
  must(open.kind === "open", "find the open ticket");
  const limits = { voterVotesMax: 9, voterWindowMs: LIFETIME_MS };
  const lab = createVoteLab(client, { prefix, limits });
  const names = poll === "listed" ? ["ada"] : ["ada", "bob"];
  const once = crypto.randomUUID();
  for (const requestId of [undefined, once, once]) {
    const cast = await lab.cast({
      ticket,
      names,
      voter: "eve",
      ...(requestId ? { requestId } : {}),
    });
    must(cast.kind === "accepted", "vote");
  }
  const total = await createReadTotalScript(client, keys)("ada");
  must(total.kind === "total" && total.total === (poll === "listed" ? 7 : 9), "read a total");
  const live = await createReadLiveScript(client, keys)(100);
  must(live.kind === "live" && live.state.ticket !== undefined, "read what is shown live");
  must((await createReadTotalsScript(client, keys)(["ada"])).kind === "totals", "read totals");
  const readRanking = createReadRankingScript(client, keys);
  for (const name of ["ada", "nobody"]) {
    must(
      (await readRanking({ after: { name, total: 1 }, countMax: 1 })).kind === "page",
      "read a page of names",
    );
  }
  must((await createReadReceiptScript(client, keys)(once)).kind === "accepted", "read a receipt");
}

async function sayStored(
  client: RedisClient,
  { prefix, epoch }: { prefix: string; epoch: number },
): Promise<void> {
  const scripts = createStoredScripts(client, shardKeys({ prefix, shard: 0 }));
  // Twice: what was said before is replaced.
  for (const version of [0, 1]) {
    const seen = await scripts.read();
    const word = { marks: new Map([[epoch, version]]), basis: `${version}`, lifeMs: LIFETIME_MS };
    must(seen !== undefined && await scripts.publish({ ...word, seen }), "say what is stored");
  }
}

async function relay(client: RedisClient, prefix: string): Promise<void> {
  const keys = shardKeys({ prefix, shard: 0 });
  const lease = createLease(client, { keys, holder: "relay", log: createSilentLogger() });
  must(await lease.hold(), "hold the lease");
  await createReadOutboxScript(client, keys)();
  const outbox = createRedisOutbox(client, keys);
  const [first] = await outbox.head(1);
  must(first !== undefined, "read the outbox");
  await outbox.after(first?.id ?? "", 1);
  await outbox.trimThrough(first?.id ?? "");
  await lease.release();
}

async function audit(
  client: RedisClient,
  { prefix, epoch }: { prefix: string; epoch: number },
): Promise<void> {
  const keys = shardKeys({ prefix, shard: 0 });
  await createReadTallyScript(client, keys)();
  await client.redis.xrange(keys.outbox, "-", "+", "COUNT", 1);
  await client.redis.xlen(keys.outbox);
  const readShard = createReadShardScript(client, keys);
  await readShard();
  await readShard();
  must(await createCloseScript(client, keys)({ incarnation: client.incarnation(), epoch }), "close");
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Go through the flow: could not ${what}`);
}
