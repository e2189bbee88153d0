/**
 * The keys of voters' tokens as an address serves them. A set is used for CACHED_MS_MAX and then read anew; a token that
 * names a key which the set lacks makes it be read at once, at most every COOLDOWN_MS. So a new key is known with its
 * first token, and one that was taken away is forgotten within CACHED_MS_MAX.
 *
 * Where the address gives no set, tokens that need one cannot be checked; it is asked again after RETRY_MS, by whichever
 * vote comes next. An outage is one line of the log, and its end another.
 */
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type ExportedJWKSCache,
  jwksCache,
  type JWTVerifyGetKey,
} from "jose";
import type { Logger } from "../../shared/log/logger.ts";
import type { VoterKeys } from "./voter_authority.ts";

export class VoterKeysUnreachableError extends Error {
  override readonly name = "VoterKeysUnreachableError";
}

export interface FetchedKeysOptions {
  readonly log: Logger;
  readonly cachedMsMax?: number;
  readonly cooldownMs?: number;
  readonly retryMs?: number;
  readonly fetchMsMax?: number;
}

const CACHED_MS_MAX = 120_000;
const COOLDOWN_MS = 5_000;
const RETRY_MS = 1_000;
const FETCH_MS_MAX = 3_000;
const SET_BYTES_MAX = 1_000_000;

export function createFetchedKeys(url: URL, options: FetchedKeysOptions): VoterKeys {
  const { log, retryMs = RETRY_MS } = options;
  const cache: Partial<ExportedJWKSCache> = {};
  let retryAtMs = 0;
  /** Of the last set before the outage; undefined while there is none. */
  let outage: { readonly lastSetAtMs: number } | undefined;

  const findFetched = createRemoteJWKSet(url, {
    cacheMaxAge: options.cachedMsMax ?? CACHED_MS_MAX,
    cooldownDuration: options.cooldownMs ?? COOLDOWN_MS,
    timeoutDuration: options.fetchMsMax ?? FETCH_MS_MAX,
    [jwksCache]: cache as ExportedJWKSCache,
    [customFetch]: async (address, init) => {
      // Votes go on coming in an outage, and each would ask.
      if (Date.now() < retryAtMs) {
        throw new VoterKeysUnreachableError("Read the voters' keys: failed just now");
      }
      try {
        return await bounded(await fetch(address, init));
      } catch (error) {
        throw failed(error);
      }
    },
  });

  function failed(error: unknown): VoterKeysUnreachableError {
    retryAtMs = Date.now() + retryMs;
    if (!outage) log.warn("voter_keys_unreachable", { host: url.host, reason: reasonOf(error) });
    outage ??= { lastSetAtMs: cache.uat ?? 0 };
    return new VoterKeysUnreachableError("Read the voters' keys", { cause: error });
  }

  const find: JWTVerifyGetKey = async (header, token) => {
    try {
      return await findFetched(header, token);
    } catch (error) {
      if (isAboutToken(error) || error instanceof VoterKeysUnreachableError) throw error;
      // The answer was no key set. Whatever else is wrong is so with one key of a good set, which a token has named.
      throw error instanceof errors.JOSEError ? failed(error) : new VoterKeysUnreachableError(
        "Use the voters' key",
        { cause: error },
      );
    } finally {
      if (outage && (cache.uat ?? 0) > outage.lastSetAtMs) {
        log.info("voter_keys_reached", { host: url.host });
        outage = undefined;
      }
    }
  };
  // A secret that anybody can fetch proves nothing.
  return { find, algorithms: ["EdDSA", "ES256", "RS256"] };
}

function isAboutToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported;
}

/** An address may hold a secret in its query, and what fetch throws names the address. */
function reasonOf(error: unknown): string {
  return error instanceof errors.JOSEError ? error.message : error instanceof Error ? error.name : "unknown";
}

/** The answer with at most so much of a body as a key set may have. */
async function bounded(response: Response): Promise<Response> {
  if (response.status !== 200) {
    await response.body?.cancel();
    return response;
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > SET_BYTES_MAX) {
      throw new errors.JOSEError(`Wanted a key set of at most ${SET_BYTES_MAX} bytes`);
    }
    parts.push(part as Uint8Array<ArrayBuffer>);
  }
  return new Response(new Blob(parts));
}
