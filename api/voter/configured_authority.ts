/** Whom the settings let say who votes. */
import type { Logger } from "../../shared/log/logger.ts";
import { createConfiguredKeys } from "./configured_keys.ts";
import { createFetchedKeys } from "./fetched_keys.ts";
import { createVoterAuthority, type VoterAuthority } from "./voter_authority.ts";
import type { VoterConfig } from "./voter_checks.ts";

/** Undefined where voters need no token. */
export function voterAuthorityOf(config: VoterConfig, log: Logger): VoterAuthority | undefined {
  const { voterJwks, voterJwksUrl, voterIssuer: issuer, voterAudience: audience } = config;
  const keys = voterJwks
    ? createConfiguredKeys(voterJwks)
    : voterJwksUrl && createFetchedKeys(voterJwksUrl, { log });
  return keys && createVoterAuthority({ keys, issuer, audience, log });
}
