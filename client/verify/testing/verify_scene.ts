/**
 * An open shard over real Redis and Postgres, whose votes a test stores when it likes, and which it may break. What the
 * relay, the persister and the guard do is done here by a few statements: their own rules are tested beside them.
 */
import type { PostgresPool } from "../../../shared/postgres/pool.ts";
import { createGuardScripts } from "../../../shared/redis/shard_scripts.ts";
import { EPOCH } from "../../../shared/testing/votes.ts";
import { createVoteLab, type LabVote } from "../../../shared/testing/vote_lab.ts";
import type { World } from "../../../shared/testing/world.ts";
import { kafkaValue, parseStoredVote, type StoredVote } from "../../../shared/vote/record.ts";
import type { FindingKind, VerifyReport } from "../report.ts";
import { verify, type VerifyOptions } from "../verify.ts";

export interface VerifyScene {
  readonly pool: PostgresPool;
  /** Under a ticket of the open epoch. */
  cast(vote?: LabVote): Promise<void>;
  /** Takes what the outbox holds out of it. */
  relay(): Promise<StoredVote[]>;
  /** Stores votes and counts them. */
  store(votes: readonly StoredVote[]): Promise<void>;
  /** Casts so many votes for ada and bob in turn and stores them. */
  fill(count: number): Promise<void>;
  /** As after a lost disk: every epoch is sealed, Redis has the totals of Postgres and a new epoch; returns it. */
  restore(): Promise<number>;
  /** As after a restart: the epoch is sealed with all its votes in Redis. */
  keep(): Promise<number>;
  /** One look, unless told to wait. */
  verify(options?: Partial<VerifyOptions>): Promise<VerifyReport>;
}

export async function createVerifyScene(world: World): Promise<VerifyScene> {
  const pool = await world.postgres();
  const lab = createVoteLab(world.redis, { prefix: world.name });
  const { redis: { redis }, keys } = world;
  let epoch = EPOCH;
  const ticket = () => ({ kid: "lab", shard: 0, epoch, opensAt: 7000 });

  await world.openShard(epoch);
  await lab.putTicket({ ticket: ticket(), uses: 1_000_000 });
  await pool.query("insert into shards (shard, epoch, shard_count) values (0, $1, 1)", [epoch]);
  await pool.query("insert into epochs (shard, epoch) values (0, $1)", [epoch]);

  async function begin(restored: boolean): Promise<number> {
    epoch += 1;
    await reopen(world, { pool, epoch, restored });
    await lab.putTicket({ ticket: ticket(), uses: 1_000_000 });
    return epoch;
  }

  const scene: VerifyScene = {
    pool,
    async cast(vote = {}) {
      const outcome = await lab.cast({ ...vote, ticket: ticket() });
      if (outcome.kind !== "accepted") throw new Error(`Cast a vote: got ${JSON.stringify(outcome)}`);
    },
    async relay() {
      const entries = await redis.xrange(keys.outbox, "-", "+");
      if (entries.length > 0) await redis.xtrim(keys.outbox, "MAXLEN", 0);
      return entries.map(([id, fields]) =>
        parseStoredVote(
          new TextEncoder().encode(kafkaValue({ id, vote: fields[1] as string, at: fields[3] as string })),
        )
      );
    },
    store: (votes) => store(pool, votes),
    async fill(count) {
      for (let vote = 0; vote < count; vote++) await scene.cast({ names: [vote % 2 === 0 ? "ada" : "bob"] });
      await scene.store(await scene.relay());
    },
    restore: () => begin(true),
    keep: () => begin(false),
    verify: (options = {}) =>
      verify({
        redis: world.redis,
        keys,
        pool,
        shard: 0,
        waitMsMax: 0,
        signal: new AbortController().signal,
        log: world.log,
        ...options,
      }),
  };
  return scene;
}

export function kindsOf({ findings }: VerifyReport): FindingKind[] {
  return findings.map(({ kind }) => kind).sort();
}

async function reopen(
  { redis, keys }: World,
  { pool, epoch, restored }: { pool: PostgresPool; epoch: number; restored: boolean },
): Promise<void> {
  const guard = createGuardScripts(redis, keys);
  const claim = { incarnation: redis.incarnation(), claimId: crypto.randomUUID() };
  await guard.claim(claim.claimId);
  if (restored) {
    await pool.query("update epochs set included_version = -1, sealed_at = now()");
    const { rows } = await pool.query<{ name: string; total: string }>(
      "select username as name, count as total from votes",
    );
    const totals = rows.map(({ name, total }) => [name, total] as const);
    if (totals.length > 0) await guard.loadTally({ ...claim, totals });
  } else {
    const { last } = await guard.readShard();
    const included = last?.epoch === epoch - 1 ? last.version : -1;
    await pool.query("update epochs set included_version = $1, sealed_at = now() where epoch = $2", [
      included,
      epoch - 1,
    ]);
  }
  await pool.query("insert into epochs (shard, epoch) values (0, $1)", [epoch]);
  await pool.query("update shards set epoch = $1", [epoch]);
  await guard.open({ ...claim, epoch, restored });
}

async function store(pool: PostgresPool, votes: readonly StoredVote[]): Promise<void> {
  for (const { id, epoch, version, at, names, counts } of votes) {
    await pool.query(
      `with inserted as (
         insert into vote_events (vote_id, shard, epoch, version, at, usernames, counts)
         values ($1, 0, $2, $3, to_timestamp($4::bigint / 1000.0), $5, $6)
       )
       insert into votes as v (shard, username, count, version)
       select 0, u.username, u.count, 1 from unnest($5::text[], $6::int[]) as u (username, count) order by 2
       on conflict (shard, username) do update set count = v.count + excluded.count, version = v.version + 1`,
      [id, epoch, version, at, names, counts],
    );
  }
}
