/** Is Postgres there, migrated, with its roles, does it keep what it says, and how far behind Kafka is it? */
import { missingMigrations } from "../../shared/postgres/migrate.ts";
import { createPostgresPool, type PostgresClient } from "../../shared/postgres/pool.ts";
import { POSTGRES_ROLES } from "../../shared/postgres/roles.ts";
import { reasonOf } from "../terminal.ts";
import { type ClockSample, sampleClock } from "./clock_sample.ts";
import type { PostgresConfig } from "./config.ts";
import { type Notes, section } from "./finding.ts";
import type { KafkaEnds } from "./kafka_checks.ts";
import { createLastWords, withoutPassword } from "./last_words.ts";

export interface PostgresLook {
  readonly notes: Notes;
  readonly nowMs: () => number;
  /** Undefined where Kafka was not asked, or did not say. */
  readonly kafka: KafkaEnds | undefined;
}

const NO_LEAVE = "42501";
/** As the alert has it. */
const LAG_MAX = 50_000n;
const PREPARE = "Run deno task prepare --roles as the owner, or start a vote persister that may migrate";

export async function checkPostgres(
  config: PostgresConfig,
  look: PostgresLook,
): Promise<ClockSample | undefined> {
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema } = config;
  const { notes, nowMs } = look;
  const log = createLastWords();
  const pool = createPostgresPool({ url, caFile, schema, connectionsMax: 1, log });
  try {
    const client = await pool.connect();
    try {
      await checkServer(client, { notes, where: `${url.host}${url.pathname}` });
      const isMigrated = await checkMigrations(client, { notes, schema });
      await checkRoles(client, notes);
      if (isMigrated) await checkLedger(client, look);
      return await sampleClock("Postgres", { read: () => readTime(client), nowMs });
    } finally {
      client.release();
    }
  } catch (error) {
    notes.fail("reachable", {
      says: `${url.host}${url.pathname}: ${withoutPassword(reasonOf(error))}`,
      mend: `Is Postgres up, and are address, database and password right (CAST_POSTGRES_URL)? See ${
        section("caststoreunreachable")
      }`,
    });
    return undefined;
  } finally {
    await pool.end();
  }
}

async function checkServer(
  client: PostgresClient,
  { notes, where }: { notes: Notes; where: string },
): Promise<void> {
  const { rows: [server] } = await client.query<
    { version: string; encoding: string; fsync: string; commit: string; standby: boolean }
  >(
    `select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
            current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            pg_is_in_recovery() as standby`,
  );
  if (!server) throw new Error("Ask Postgres for its settings: got none");
  notes.ok("reachable", `${where}, Postgres ${server.version}`);
  if (!["UTF8", "SQL_ASCII"].includes(server.encoding)) {
    notes.fail("encoding", {
      says: `it is ${server.encoding}, which does not hold every name`,
      mend: "Create the database anew, with encoding UTF8",
    });
  }
  if (server.standby) {
    notes.fail("role", { says: "it is a standby", mend: "Name the primary in CAST_POSTGRES_URL" });
  }
  if (server.fsync === "on" && server.commit !== "off") {
    return notes.ok("durability", `fsync ${server.fsync}, synchronous_commit ${server.commit}`);
  }
  notes.fail("durability", {
    says: `fsync is ${server.fsync}, synchronous_commit ${server.commit}: a crash loses stored votes`,
    mend: "Set both to on in postgresql.conf",
  });
}

async function checkMigrations(
  client: PostgresClient,
  { notes, schema }: { notes: Notes; schema: string },
): Promise<boolean> {
  try {
    const missing = await missingMigrations(client);
    if (missing.length === 0) {
      notes.ok("migrations", `all are in schema "${schema}"`);
      return true;
    }
    const names = missing.map(({ number, name }) => `${number} ${name}`).join(", ");
    notes.fail("migrations", { says: `missing in schema "${schema}": ${names}`, mend: PREPARE });
    return false;
  } catch (error) {
    if ((error as { code?: unknown })?.code !== NO_LEAVE) throw error;
    notes.skipped("migrations", "this role may not see which were applied");
    return true;
  }
}

async function checkRoles(client: PostgresClient, notes: Notes): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    "select rolname from pg_roles where rolname = any($1)",
    [POSTGRES_ROLES],
  );
  const there = new Set(rows.map(({ rolname }) => rolname));
  const missing = POSTGRES_ROLES.filter((role) => !there.has(role));
  if (missing.length === 0) return notes.ok("roles", POSTGRES_ROLES.join(", "));
  notes.warn("roles", {
    says: `${missing.join(", ")} not there: programs come as the owner, who may delete votes`,
    mend: "Make them as the owner: deno task prepare --roles; see docs/security.md",
  });
}

async function checkLedger(client: PostgresClient, { notes, kafka }: PostgresLook): Promise<void> {
  const { rows: [forgotten] } = await client.query<{ count: number }>(
    "select count(*)::int as count from forgotten_records where accepted_at is null",
  );
  if ((forgotten?.count ?? 0) > 0) {
    notes.fail("forgotten records", {
      says: "Kafka had deleted records before they were stored, and votes stay closed until that is accepted",
      mend: `See ${section("postgres-back-from-a-backup")}`,
    });
  }
  await checkPollObeyed(client, notes);
  await checkLag(client, { notes, kafka });
}

async function checkPollObeyed(client: PostgresClient, notes: Notes): Promise<void> {
  const { rows } = await client.query<{ shard: number }>(
    "select shard from poll_applied where revision <> (select revision from poll)",
  );
  if (rows.length === 0) return notes.ok("poll", "every shard obeys it");
  notes.warn("poll", {
    says: `not obeyed yet by shard ${rows.map(({ shard }) => shard).join(", ")}`,
    mend: `Its guard brings it to Redis: see ${section("castnoactiveguard")}`,
  });
}

async function checkLag(
  client: PostgresClient,
  { notes, kafka }: Pick<PostgresLook, "notes" | "kafka">,
): Promise<void> {
  if (!kafka) return notes.skipped("lag", "Kafka was not asked, or did not answer");
  const { rows } = await client.query<{ partition: number; next_offset: string }>(
    "select partition, next_offset from consumed where cluster_id = $1 and topic = $2",
    [kafka.clusterId, kafka.topic],
  );
  const stored = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
  let lag = 0n;
  for (const [partition, { low, high }] of kafka.partitions) {
    const next = stored.get(partition) ?? low;
    if (high > next) lag += high - next;
  }
  if (lag <= LAG_MAX) return notes.ok("lag", `${lag} records are in Kafka and not here yet`);
  notes.warn("lag", {
    says: `${lag} records are in Kafka and not here yet`,
    mend: `Are vote persisters up, and how fast is Postgres? See ${section("castpersisterlag")}`,
  });
}

async function readTime(client: PostgresClient): Promise<number> {
  const { rows: [row] } = await client.query<{ ms: number }>(
    "select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms",
  );
  return row?.ms ?? NaN;
}
