/** A bounded pool of connections to Postgres, each in CAST's schema. */
// @ts-types="@types/pg"
import pg from "pg";
import type { Logger } from "../log/logger.ts";

export type PostgresPool = pg.Pool;
/** One connection, taken out of the pool: what transactions and session locks need. */
export type PostgresClient = pg.PoolClient;

export interface PostgresPoolOptions {
  readonly url: URL;
  readonly schema: string;
  /** Connections at most. */
  readonly connectionsMax: number;
  readonly log: Logger;
}

const CONNECT_TIMEOUT_MS = 3000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Beyond the server's own limit: only a connection that is dead without saying so gets here. */
const QUERY_TIMEOUT_MS = 35_000;
/** What the server is told of a client that hangs in a transaction, or whose host is gone: its locks must not stay. */
const SERVER_OPTIONS = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: 15_000,
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 3,
};

export function createPostgresPool({ url, schema, connectionsMax, log }: PostgresPoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url.href,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    application_name: "cast",
    options: Object.entries({ search_path: schema, ...SERVER_OPTIONS })
      .map(([name, value]) => `-c ${name}=${value}`).join(" "),
  });
  // Without a listener a connection that dies while nobody uses it would end the process.
  pool.on("error", (error) => log.warn("postgres_connection_lost", { error }));
  // The same for one that dies between two statements of somebody who holds it: the next statement tells them.
  pool.on("connect", (client) => {
    client.on("error", (error) => log.debug("postgres_connection_failed", { error }));
  });
  return pool;
}
