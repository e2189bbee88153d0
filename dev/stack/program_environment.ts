/**
 * The environment of one program: the developer's own, and over it what the launcher decides.
 */
import { addressVariables, type StoreAddresses } from "./store.ts";

export interface ProgramEnvironmentOptions {
  /** The launcher's own environment; every CAST_ variable in it reaches the programs. */
  environment: Record<string, string>;
  addresses: StoreAddresses;
  /** Used when the environment names no keys. */
  ticketKeys: string;
  apiPort: number;
  opsPort: number;
}

export function programEnvironment(options: ProgramEnvironmentOptions): Record<string, string> {
  const { environment } = options;
  const namesKeys = Boolean(environment["CAST_TICKET_KEYS"] || environment["CAST_TICKET_KEYS_FILE"]);
  return {
    // The one place where introspection and GraphiQL are on unless somebody turns them off.
    CAST_GRAPHQL_TOOLS: "on",
    ...environment,
    ...addressVariables(options.addresses),
    ...(namesKeys ? {} : { CAST_TICKET_KEYS: options.ticketKeys }),
    CAST_API_PORT: `${options.apiPort}`,
    // Four programs on one machine cannot share the one that the environment may name.
    CAST_OPS_PORT: `${options.opsPort}`,
  };
}
