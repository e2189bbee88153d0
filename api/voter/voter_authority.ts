/**
 * Says who votes: whoever holds a token that is signed for them (a JWT, RFC 7519), handed over as `Authorization: Bearer`.
 * The keys decide how a token may be signed, never the token; `exp` must be there, `iss` and `aud` where they are wanted.
 * What cannot be checked now is refused, never taken.
 *
 * Voters send one token with many votes, and to verify it costs more than to count the vote: genuine ones are remembered
 * for a while, never beyond their end, forged ones never. So a key that is taken away is worth nothing REMEMBERED_MS_MAX
 * after its set was read without it.
 */
import { type JWTPayload, jwtVerify, type JWTVerifyGetKey } from "jose";
import { LRUCache } from "lru-cache";
import type { Logger } from "../../shared/log/logger.ts";
import { nameProblem } from "../../shared/vote/rules.ts";
import type { VoterAlgorithm } from "../../shared/voter/voter_keys.ts";
import { readBearer } from "./bearer.ts";
import { tokenProblem } from "./token_problem.ts";

export interface VoterKeys {
  /** Throws where no key is meant by that header, or none can be had now. */
  readonly find: JWTVerifyGetKey;
  /** What tokens may be signed with by these keys. */
  readonly algorithms: readonly VoterAlgorithm[];
}

export type VoterOutcome =
  | { readonly kind: "voter"; readonly name: string }
  /** `detail` says what is wrong, and holds nothing of the token. */
  | { readonly kind: "unauthorized"; readonly detail: string }
  /** The keys are out of reach: the token may be a good one. */
  | { readonly kind: "unchecked"; readonly detail: string };

export interface VoterAuthority {
  /** `authorization`: the header of that name, as the client sent it. */
  authenticate(authorization: string | undefined): Promise<VoterOutcome>;
}

export interface VoterAuthorityOptions {
  readonly keys: VoterKeys;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly log: Logger;
  readonly now?: () => number;
}

/** How far the clock of who signs may be ahead of ours, or behind. */
const CLOCK_TOLERANCE_S = 5;
export const REMEMBERED_MS_MAX = 60_000;
const REMEMBERED_MAX = 20_000;
/** Of all remembered tokens together. */
const REMEMBERED_CHARACTERS_MAX = 16_000_000;

interface Remembered {
  readonly outcome: VoterOutcome;
  readonly untilMs: number;
}

export function createVoterAuthority(options: VoterAuthorityOptions): VoterAuthority {
  const { keys, issuer, audience, log, now = Date.now } = options;
  const remembered = new LRUCache<string, Remembered>({
    max: REMEMBERED_MAX,
    maxSize: REMEMBERED_CHARACTERS_MAX,
    sizeCalculation: (_value, token) => token.length,
  });
  const checks = {
    algorithms: [...keys.algorithms],
    requiredClaims: ["exp", "sub"],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };

  return {
    async authenticate(authorization) {
      const bearer = readBearer(authorization);
      if ("problem" in bearer) return { kind: "unauthorized", detail: bearer.problem };
      const { token } = bearer;
      const nowMs = now();
      const known = remembered.get(token);
      if (known && nowMs < known.untilMs) return known.outcome;
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keys.find, { ...checks, currentDate: new Date(nowMs) }));
      } catch (error) {
        const outcome = tokenProblem(error);
        if (outcome.kind === "unchecked" && !outcome.isOutage) log.error("voter_token_unchecked", { error });
        return outcome;
      }
      const outcome = outcomeOf(payload);
      if (outcome.kind === "voter") {
        const endsAtMs = ((payload.exp as number) + CLOCK_TOLERANCE_S) * 1000;
        remembered.set(token, { outcome, untilMs: Math.min(endsAtMs, nowMs + REMEMBERED_MS_MAX) });
      }
      return outcome;
    },
  };
}

function outcomeOf({ sub }: JWTPayload): VoterOutcome {
  // The verifier looks at whether there is one, not at what it is.
  const problem = typeof sub === "string" ? nameProblem(sub) : "must be a text";
  return problem === undefined
    ? { kind: "voter", name: sub as string }
    : { kind: "unauthorized", detail: `The voter's token names its voter in "sub", which ${problem}` };
}
