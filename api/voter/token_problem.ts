/** What jose finds wrong with a token, in words for people: they hold nothing of the token itself. */
import { errors } from "jose";
import { VoterKeysUnreachableError } from "./fetched_keys.ts";

export type TokenProblem =
  | { readonly kind: "unauthorized"; readonly detail: string }
  | { readonly kind: "unchecked"; readonly detail: string; readonly isOutage: boolean };

const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: "has expired",
  ERR_JWT_INVALID: "is malformed",
  ERR_JWS_INVALID: "is malformed",
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: "is not genuine",
  ERR_JOSE_ALG_NOT_ALLOWED: "is signed in a way that is not taken here",
  ERR_JOSE_NOT_SUPPORTED: "is signed in a way that is not taken here",
  ERR_JWKS_NO_MATCHING_KEY: "names no key that is known here",
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: "does not say which key it is signed with",
};

export function tokenProblem(error: unknown): TokenProblem {
  const isOutage = error instanceof VoterKeysUnreachableError;
  if (!isOutage && error instanceof errors.JWTClaimValidationFailed) return unauthorized(claimProblem(error));
  const problem = !isOutage && error instanceof errors.JOSEError ? PROBLEMS[error.code] : undefined;
  if (problem !== undefined) return unauthorized(problem);
  // Fails closed: what is not known to be the token's fault is no proof for it either.
  const detail = "The voter's token cannot be checked at the moment; try again shortly";
  return { kind: "unchecked", detail, isOutage };
}

/** jose names claims that we asked for or that it knows, none of the token's own. */
function claimProblem({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === "missing") return `must hold "${claim}"`;
  if (claim === "nbf" && reason === "check_failed") return "is not valid yet";
  return reason === "invalid"
    ? `must hold a number as "${claim}"`
    : `has another "${claim}" than is wanted here`;
}

function unauthorized(problem: string): TokenProblem {
  return { kind: "unauthorized", detail: `The voter's token ${problem}` };
}
