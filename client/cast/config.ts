/** Settings of the commands that ask the API. */
import { type ConfigOf, parseSettings } from "../../shared/config/parse.ts";
import { optionalSetting } from "../../shared/config/setting.ts";
import { apiPort } from "../../shared/config/settings.ts";
import { apiUrl, voterToken } from "./settings.ts";
import { type CastContext, UsageError } from "./context.ts";

export const castSettings = { apiUrl: optionalSetting(apiUrl), apiPort, voterToken };

export interface ApiAddress {
  readonly url: URL;
  readonly token: string | undefined;
}

/**
 * The API of `--api`, else of CAST_API_URL, else that of a running `deno task dev`. Throws `UsageError` where there is none:
 * a vote must not go to whoever happens to listen on the usual port.
 */
export function readApiAddress(
  { environment }: Pick<CastContext, "environment">,
  option: string | undefined,
): ApiAddress {
  const found = environment({ ...castSettings, apiUrl });
  const parsed = parseSettings(castSettings, found);
  if (!parsed.ok) throw new UsageError(parsed.problems.join("\n"));
  const { apiUrl: set, apiPort: port, voterToken: token } = parsed.config;
  if (option !== undefined) return { url: parseApiUrl(option), token };
  if (set !== undefined) return { url: withPath(set), token };
  // The port alone, without its API, is only in the environment where deno task dev has written it.
  if (found[apiPort.name] === undefined) {
    throw new UsageError("Name the API by --api or CAST_API_URL, or start deno task dev in this folder");
  }
  return { url: new URL(`http://127.0.0.1:${port}/graphql`), token };
}

/** Whether only this machine can be meant. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

export type CastConfig = ConfigOf<typeof castSettings>;

function parseApiUrl(text: string): URL {
  try {
    return withPath(apiUrl.parse(text));
  } catch {
    throw new UsageError(`Give --api the address of the API, http://host:port: got "${text}"`);
  }
}

/** The API's path is known: an address may be given without. */
function withPath(url: URL): URL {
  return url.pathname === "/" ? new URL("/graphql", url) : url;
}
