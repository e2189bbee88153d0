/** The API as the commands ask it, and what to tell a person whom it did not answer. */
import { type CastClient, CastUnavailableError, createCastClient } from "../mod.ts";
import { type ApiAddress, readApiAddress } from "./config.ts";
import { type CastContext, readWhole } from "./context.ts";

export interface ApiOptions {
  readonly api?: string;
  readonly wait: string;
}

export interface Api extends ApiAddress {
  readonly client: CastClient;
}

/** Seconds; beyond a minute a vote's requestId may be forgotten. */
export const WAIT_SECONDS = "10";
const WAIT_SECONDS_MAX = 59;

export function openApi(context: CastContext, { api, wait }: ApiOptions): Api {
  const address = readApiAddress(context, api);
  const seconds = readWhole(wait, { name: "--wait", min: 1, max: WAIT_SECONDS_MAX });
  const { url, token } = address;
  return { ...address, client: createCastClient({ url, token, deadlineMs: seconds * 1000 }) };
}

/** Runs what asks the API; an API that did not answer is named, with what to look at. */
export async function asking<T>({ url }: ApiAddress, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CastUnavailableError)) throw error;
    throw new Error(`Reach the API at ${url.origin}: ${error.code}, ${error.message}\n${hint(error.code)}`, {
      cause: error,
    });
  }
}

function hint(code: string): string {
  return code === "NOT_READY"
    ? 'It takes no votes at the moment; "cast doctor" says why'
    : 'Is it up, and is the address right (--api, CAST_API_URL)? "cast doctor" looks at every part';
}
