/** Votes against the real script: tickets are written straight into Redis, so that no real time has to pass. */
import type { RedisClient } from "../redis/client.ts";
import { shardKeys } from "../redis/keys.ts";
import { createVoteScript, type VoteLimits } from "../redis/vote_script.ts";
import type { TicketClaims } from "../ticket/ticket.ts";
import { fingerprint } from "../vote/fingerprint.ts";
import type { CastVoteOutcome } from "../vote/outcome.ts";
import type { VoteRecord } from "../vote/record.ts";
import { dumpKeys } from "./dump_keys.ts";
import { createWorld, type World } from "./world.ts";

/** Long before and long after any time that a clock will show. */
export const LONG_AGO_MS = 1000;
export const FAR_AWAY_MS = 9_000_000_000_000;

export const LAB_EPOCH = 1_764_000_000_000;
export const LAB_TICKET: TicketClaims = { kid: "lab", shard: 0, epoch: LAB_EPOCH, opensAt: 7000 };

/** Everything about a vote that a test may leave to the lab. */
export interface LabVote {
  readonly ticket?: TicketClaims;
  readonly id?: string;
  readonly names?: readonly string[];
  readonly counts?: readonly number[];
  readonly voter?: string;
  readonly requestId?: string;
}

export interface LabTicket {
  readonly ticket?: TicketClaims;
  readonly uses: number;
  readonly opensAtMs?: number;
  readonly expiresAtMs?: number;
}

export interface VoteLab {
  cast(vote?: LabVote): Promise<CastVoteOutcome>;
  /** Writes a ticket as mint does; one that is open for good unless told otherwise. */
  putTicket(ticket: LabTicket): Promise<void>;
}

const LIMITS: VoteLimits = {
  requestLifeMs: 120_000,
  outboxMax: 1_000_000,
  totalMax: 2 ** 31 - 1,
  candidatesMax: 1_000_000,
  voterVotesMax: 0,
  voterWindowMs: 3_600_000,
};

export function createVoteLab(
  client: RedisClient,
  { prefix, limits = {} }: { prefix: string; limits?: Partial<VoteLimits> },
): VoteLab {
  const keysOf = (shard: number) => shardKeys({ prefix, shard });
  const run = createVoteScript(client, { keysOf, limits: { ...LIMITS, ...limits } });
  return {
    cast: ({ ticket = LAB_TICKET, ...vote } = {}) => {
      const record = labRecord({ ticket, ...vote });
      const { names, counts, voter } = record;
      return run({ ticket, record, fingerprint: fingerprintText({ names, counts, voter }) });
    },
    async putTicket({ ticket = LAB_TICKET, uses, opensAtMs = LONG_AGO_MS, expiresAtMs = FAR_AWAY_MS }) {
      await client.redis.hset(keysOf(ticket.shard).ticket(ticket), {
        ticket: "text",
        uses_left: uses,
        opens_at: opensAtMs,
        expires_at: expiresAtMs,
      });
    },
  };
}

export interface OpenVoteLab extends VoteLab, AsyncDisposable {
  readonly world: World;
  /** Everything that Redis holds of this world. */
  state(): Promise<unknown>;
}

/** An open shard with one open ticket. */
export async function openVoteLab(
  { uses = 100, limits = {} }: { uses?: number; limits?: Partial<VoteLimits> } = {},
): Promise<OpenVoteLab> {
  const world = await createWorld();
  const lab = createVoteLab(world.redis, { prefix: world.name, limits });
  await world.openShard(LAB_EPOCH);
  await lab.putTicket({ uses });
  return {
    ...lab,
    world,
    state: () => dumpKeys(world.redis, world.name),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** The record that the lab casts for a vote. */
export function labRecord({ ticket = LAB_TICKET, ...vote }: LabVote): VoteRecord {
  const { id = crypto.randomUUID(), names = ["ada"], counts = names.map(() => 1), voter, requestId } = vote;
  return {
    v: 1,
    id,
    shard: ticket.shard,
    names,
    counts,
    ...(voter === undefined ? {} : { voter }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

export function fingerprintText(
  vote: { names: readonly string[]; counts: readonly number[]; voter: string | undefined },
): string {
  return fingerprint(vote).toBase64({ alphabet: "base64url", omitPadding: true });
}
