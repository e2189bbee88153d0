/** A client over a scripted API and a clock of the test's own, without jitter. */
import { type CastClient, createCastClient } from "../cast_client.ts";
import type { CastClientOptions } from "../options.ts";
import { createFakeClock, type FakeClock } from "./fake_clock.ts";
import { createScriptedFetch, type Reply, type ScriptedFetch, ticketReply } from "./scripted_fetch.ts";

export interface Scene extends ScriptedFetch {
  readonly clock: FakeClock;
  readonly cast: CastClient;
}

export function createScene(
  script: Readonly<Record<string, readonly Reply[]>>,
  options: Partial<CastClientOptions> & { readonly clock?: FakeClock } = {},
): Scene {
  const { clock = createFakeClock() } = options;
  const Ticket = [ticketReply({ validUntil: clock.now() + 3_600_000 })];
  const scripted = createScriptedFetch({ Ticket, ...script });
  const cast = createCastClient({
    url: "http://cast.test/graphql",
    random: () => 1,
    ...options,
    fetch: scripted.fetch,
    clock,
  });
  return { ...scripted, clock, cast };
}
