/** Which settings of voters' tokens exclude each other, or need one another. */
import type { Check } from "../../shared/config/parse.ts";
import type { EdgeConfig } from "../config.ts";

export type VoterConfig = Pick<EdgeConfig, "voterJwks" | "voterJwksUrl" | "voterIssuer" | "voterAudience">;

const oneKeySource: Check<VoterConfig> = ({ voterJwks, voterJwksUrl }) =>
  voterJwks && voterJwksUrl ? "Set one of CAST_VOTER_JWKS and CAST_VOTER_JWKS_URL: got both" : undefined;

/** Whoever sets them believes that tokens are looked at. */
const keysForClaims: Check<VoterConfig> = ({ voterJwks, voterJwksUrl, voterIssuer, voterAudience }) =>
  voterJwks || voterJwksUrl || (voterIssuer ?? voterAudience) === undefined
    ? undefined
    : "Set CAST_VOTER_JWKS or CAST_VOTER_JWKS_URL: without keys CAST_VOTER_ISSUER and CAST_VOTER_AUDIENCE mean nothing";

/** fetch takes no such address. */
const plainAddress: Check<VoterConfig> = ({ voterJwksUrl }) =>
  voterJwksUrl && (voterJwksUrl.username || voterJwksUrl.password)
    ? "Correct CAST_VOTER_JWKS_URL: wanted an address without user and password"
    : undefined;

const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Whoever stands between could serve keys of their own, and vote as anybody. */
const safeAddress: Check<VoterConfig> = ({ voterJwksUrl }) =>
  voterJwksUrl && voterJwksUrl.protocol !== "https:" && !LOOPBACK_HOSTS.includes(voterJwksUrl.hostname)
    ? `Correct CAST_VOTER_JWKS_URL: wanted https://… unless the host is this machine, got host "${voterJwksUrl.hostname}"`
    : undefined;

export const voterChecks: readonly Check<VoterConfig>[] = [
  oneKeySource,
  keysForClaims,
  plainAddress,
  safeAddress,
];
