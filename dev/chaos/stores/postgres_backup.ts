/**
 * An online backup of Postgres by its low-level API, as pg_basebackup would make it: the data folder is copied while the
 * server writes to it, then the WAL that makes the copy consistent. A replication slot keeps that WAL in place.
 */
// @ts-types="@types/pg"
import pg from "pg";
import { join } from "node:path";
import { withinDeadline } from "../../../shared/lifecycle/deadline.ts";
import type { User } from "../../stack/child.ts";
import { copyFolder } from "./copy_folder.ts";

/** What a starting server makes anew, or must not find. */
const UNWANTED =
  /^(postmaster\.(pid|opts)|global\/pg_control|(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/.*|(.*\/)?(pgsql_tmp.*|pg_internal\.init.*))$/;
const WAL_FILE = /^[0-9A-F]{24}$/;
const CONTROL_READS_MAX = 20;
const CONNECT_MS_MAX = 15_000;
/** A backup begins with a checkpoint. */
const QUERY_MS_MAX = 60_000;

/** An online backup; usable any number of times. */
export interface PostgresBackup {
  readonly folder: string;
  /** Everything that was committed before this is in it. */
  readonly everythingUntilMs: number;
  /** Nothing that was committed after this is in it. */
  readonly nothingAfterMs: number;
  /** The WAL position where it ends. */
  readonly stopLsn: string;
}

export interface BackupOptions {
  address: string;
  data: string;
  /** New; its parent must be there. */
  folder: string;
  user: User | undefined;
}

export async function backUpPostgres(options: BackupOptions): Promise<PostgresBackup> {
  const { data, folder, user } = options;
  const client = new pg.Client({
    connectionString: options.address,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: QUERY_MS_MAX,
  });
  // Without a listener a server that dies meanwhile would end this process; the statement under way fails all the same.
  client.on("error", () => {});
  await client.connect();
  try {
    // Temporary: it goes with the session, which the backup needs until its end anyway.
    await client.query("select pg_create_physical_replication_slot('backup', true, true)");
    const started = await client.query("select pg_walfile_name(pg_backup_start('chaos', true)) as file");
    await copyFolder({ from: data, to: folder, user, wanted: (path) => !UNWANTED.test(path) });
    await copyControl(options);
    const everythingUntilMs = Date.now();
    const { rows: [stopped] } = await client.query(
      "select lsn, pg_walfile_name(lsn) as file, labelfile, spcmapfile from pg_backup_stop(false)",
    );
    const nothingAfterMs = Date.now();
    await writeOwned(join(folder, "backup_label"), { text: stopped.labelfile, user });
    if (stopped.spcmapfile) {
      await writeOwned(join(folder, "tablespace_map"), { text: stopped.spcmapfile, user });
    }
    await copyWal(options, { first: started.rows[0].file, last: stopped.file });
    return { folder, everythingUntilMs, nothingAfterMs, stopLsn: stopped.lsn };
  } finally {
    await withinDeadline(() => client.end(), { ms: CONNECT_MS_MAX, what: "End the backup's session" });
  }
}

/** The server writes it as a whole, yet a reader may meet it half written. */
async function copyControl({ data, folder, user }: BackupOptions): Promise<void> {
  const path = join("global", "pg_control");
  const read = async () => (await Deno.readFile(join(data, path))).toHex();
  let before = await read();
  for (let reads = 1; reads < CONTROL_READS_MAX; reads++) {
    const now = await read();
    if (now === before) return await writeOwned(join(folder, path), { text: Uint8Array.fromHex(now), user });
    before = now;
  }
  throw new Error(`Back up Postgres: pg_control was never the same twice in ${CONTROL_READS_MAX} reads`);
}

/** Whether a backup needs this file of the WAL. Its last one was closed by its end: a later one holds later commits. */
export function belongsToBackup(file: string, span: { first: string; last: string }): boolean {
  return WAL_FILE.test(file) && file >= span.first && file <= span.last;
}

async function copyWal(
  { data, folder, user }: BackupOptions,
  span: { first: string; last: string },
): Promise<void> {
  await copyFolder({
    from: join(data, "pg_wal"),
    to: join(folder, "pg_wal"),
    user,
    wanted: (path) => belongsToBackup(path, span),
  });
}

async function writeOwned(
  path: string,
  { text, user }: { text: string | Uint8Array; user: User | undefined },
): Promise<void> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  await Deno.writeFile(path, bytes, { mode: 0o600 });
  if (user) await Deno.chown(path, user.uid, user.gid);
}
