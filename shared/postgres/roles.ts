/** Gives the roles of Postgres what roles.sql says, and takes from them whatever else they had in the schema. */
import type { Logger } from "../log/logger.ts";
import type { PostgresPool } from "./pool.ts";
import rolesSql from "./roles.sql" with { type: "text" };

/** Besides the owner, who is whoever calls this. */
export const POSTGRES_ROLES = ["cast_persister", "cast_operator", "cast_reader"] as const;

/** Wants the tables of the last migration. Either all of it holds afterwards or nothing has changed. */
export async function applyRoles(pool: PostgresPool, { log }: { log: Logger }): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(rolesSql);
    await client.query("commit");
    client.release();
    log.info("roles_applied", { roles: POSTGRES_ROLES });
  } catch (error) {
    // Ends the transaction with the connection, whatever state it is in.
    client.release(true);
    throw error;
  }
}
