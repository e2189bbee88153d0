/** What must hold between the settings that say how Postgres is reached. */
import type { Check } from "../config/parse.ts";

export interface PostgresAccessConfig {
  readonly postgresUrl: URL;
  readonly postgresCaFile: string | undefined;
}

/** With any but the first the server's certificate is checked in full: pg can do no less on purpose. */
const SSL_MODES = ["disable", "require", "verify-ca", "verify-full"];

export const postgresAccessChecks: readonly Check<PostgresAccessConfig>[] = [
  // They are not read: who gives one, `options` for one, must not believe that it holds.
  ({ postgresUrl }) => {
    const others = [...postgresUrl.searchParams.keys()].filter((name) => name !== "sslmode");
    return others.length === 0
      ? undefined
      : `Take the parameters out of CAST_POSTGRES_URL, but for sslmode: got ${
        others.map(printable).join(", ")
      }`;
  },
  ({ postgresUrl }) => {
    const modes = postgresUrl.searchParams.getAll("sslmode");
    const wrong = modes.find((mode) => !SSL_MODES.includes(mode));
    if (wrong === undefined && modes.length < 2) return undefined;
    return `Set sslmode of CAST_POSTGRES_URL to one of ${SSL_MODES.join(", ")}, or leave it out`;
  },
  ({ postgresUrl, postgresCaFile }) =>
    postgresCaFile !== undefined && postgresUrl.searchParams.get("sslmode") === "disable"
      ? "Take sslmode=disable out of CAST_POSTGRES_URL: CAST_POSTGRES_CA_FILE is given"
      : undefined,
];

/** A name and not more: what stands there by mistake may be a password with an unescaped "?". */
function printable(name: string): string {
  return /^[a-z_]{1,40}$/.test(name) ? name : "one that is no parameter";
}
