/** The programs that the image holds, by the argument that starts each, and the settings that each reads. */
import { apiSettings, parseApiConfig } from "../../api/config.ts";
import { deadLettersSettings, parseDeadLettersConfig } from "../../client/dead_letters/config.ts";
import { parsePollConfig, pollSettings } from "../../client/poll/config.ts";
import { parsePrepareConfig, prepareSettings } from "../../client/prepare/config.ts";
import { parseVerifyConfig, verifySettings } from "../../client/verify/config.ts";
import type { Environment, ParseResult, Settings } from "../../shared/config/parse.ts";
import { parseRelayConfig, relaySettings } from "../../workers/outbox_relay/config.ts";
import { parseRotatorConfig, rotatorSettings } from "../../workers/ticket_rotator/config.ts";
import { parsePersisterConfig, persisterSettings } from "../../workers/vote_persister/config.ts";

export interface ProgramSpec {
  readonly settings: Settings;
  readonly parse: (environment: Environment) => ParseResult<unknown>;
  /** Runs until it is told to stop, and has an operations port; the others end by themselves. */
  readonly isService: boolean;
}

/** An operator's `poll` runs in the pods of `verify`, which must be given what both read. */
const VERIFY_AND_POLL: ProgramSpec = {
  settings: { ...pollSettings, ...verifySettings },
  parse(environment) {
    const results = [parseVerifyConfig(environment), parsePollConfig(environment)];
    const wrong = new Set(results.flatMap((result) => result.ok ? [] : result.problems));
    return wrong.size > 0 ? { ok: false, problems: [...wrong] } : results[0] as ParseResult<unknown>;
  },
  isService: false,
};

export const PROGRAM_SPECS: Readonly<Record<string, ProgramSpec>> = {
  "api": { settings: apiSettings, parse: parseApiConfig, isService: true },
  "ticket-rotator": { settings: rotatorSettings, parse: parseRotatorConfig, isService: true },
  "outbox-relay": { settings: relaySettings, parse: parseRelayConfig, isService: true },
  "vote-persister": { settings: persisterSettings, parse: parsePersisterConfig, isService: true },
  "prepare": { settings: prepareSettings, parse: parsePrepareConfig, isService: false },
  "verify": VERIFY_AND_POLL,
  "dead-letters": { settings: deadLettersSettings, parse: parseDeadLettersConfig, isService: false },
};
