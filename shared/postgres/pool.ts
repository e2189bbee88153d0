/**
 * A bounded pool of connections to Postgres, each in CAST's schema.
 *
 * The address says where Postgres is and who asks, and nothing else: pg would let its parameters replace what is set
 * here, the schema, the timeouts and the check of the server's certificate among them. With a file of certificates the
 * connection is over TLS or not at all, and chain, dates and name are checked whatever the address says.
 */
// @ts-types="@types/pg"
import pg from "pg";
import type { Logger } from "../log/logger.ts";
import { type TlsTrust, trust } from "../tls/trust.ts";

export type PostgresPool = pg.Pool;
/** One connection, taken out of the pool: what transactions and session locks need. */
export type PostgresClient = pg.PoolClient;

export interface PostgresPoolOptions {
  /** Of its parameters only `sslmode` counts: anything but `disable` asks for TLS. */
  readonly url: URL;
  /** Certificates, PEM, that the server must be trusted by; absent, with TLS: the system's. */
  readonly caFile?: string | undefined;
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

export function createPostgresPool(
  { url, caFile, schema, connectionsMax, log }: PostgresPoolOptions,
): PostgresPool {
  const pool = new pg.Pool({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: postgresTls(url, caFile),
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

/** False where neither a file nor the address asks for TLS. */
function postgresTls(url: URL, caFile: string | undefined): TlsTrust | false {
  const mode = url.searchParams.get("sslmode");
  return caFile === undefined && (mode === null || mode === "disable") ? false : trust(caFile);
}
