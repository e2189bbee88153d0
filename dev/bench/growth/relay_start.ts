/** How long a relay takes from its start until the first votes are in Kafka and gone from the outbox. */
import { Registry } from "prom-client";
import { createShutdown } from "../../../shared/lifecycle/shutdown.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import type { World } from "../../../shared/testing/world.ts";
import { parseRelayConfig } from "../../../workers/outbox_relay/config.ts";
import { createRelayProgram } from "../../../workers/outbox_relay/program.ts";
import type { Scene } from "./scene.ts";

const STOP_MS_MAX = 10_000;

/** Runs the whole program in this process and stops it once it moves. The outbox must not be empty. */
export async function startRelayMs(
  { world, client: { redis }, keys }: Pick<Scene, "client" | "keys"> & { readonly world: World },
): Promise<number> {
  const oldest = async () => (await redis.xrange(keys.outbox, "-", "+", "COUNT", 1))[0]?.[0];
  const parsed = parseRelayConfig(world.environment());
  if (!parsed.ok) throw new Error(`Start a relay: ${parsed.problems.join("; ")}`);
  const { config } = parsed;
  const before = await oldest();
  const shutdown = createShutdown({ log: world.log, deadlineMs: STOP_MS_MAX });
  const begun = performance.now();
  await createRelayProgram().start({ config, log: world.log, registry: new Registry(), shutdown });
  try {
    await waitFor(async () => await oldest() !== before, { what: "the relay's first trim" });
    return performance.now() - begun;
  } finally {
    shutdown.begin("measured");
    await shutdown.finished;
  }
}
