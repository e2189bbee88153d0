/**
 * Fills an outbox as the vote script does, with the very votes that it is given: what they hold is part of what the
 * relay costs. A backlog, of which only the number counts, is made inside Redis instead: growth/fill_outbox.lua.
 */
import { AT_MS, EPOCH } from "../../../shared/testing/votes.ts";
import type { World } from "../../../shared/testing/world.ts";

/** Commands sent at once: the client would hold all of them and their replies. */
const PIPELINE_COMMANDS_MAX = 2000;

export async function fillOutbox(
  { redis: { redis }, keys }: World,
  votes: readonly string[],
): Promise<void> {
  for (let from = 0; from < votes.length; from += PIPELINE_COMMANDS_MAX) {
    const pipeline = redis.pipeline();
    for (const vote of votes.slice(from, from + PIPELINE_COMMANDS_MAX)) {
      pipeline.xadd(keys.outbox, `${EPOCH}-*`, "vote", vote, "at", String(AT_MS));
    }
    for (const [error] of await pipeline.exec() ?? []) if (error) throw error;
  }
}
