/** The outbox at its cap: votes are refused before anything is written, and flow again by themselves. */
import { assertEquals } from "@std/assert";
import { createWorld } from "../../shared/testing/world.ts";
import { freeze, startScene } from "./backpressure_scene.ts";

const OUTBOX_MAX = 60;

Deno.test("with a frozen relay votes are refused at the outbox's cap, and flow by themselves when it goes on", async () => {
  await using world = await createWorld();
  const scene = await startScene(world, { CAST_OUTBOX_MAX: String(OUTBOX_MAX) });
  const relay = freeze(world, scene.program("outbox_relay"));
  await scene.untilAnswered("OVERLOADED", 100);
  assertEquals(await scene.outboxLength(), OUTBOX_MAX);
  const countedAtCap = await scene.countedTotal();
  await scene.untilAnswered("OVERLOADED", 100);
  // Full to the last entry, and not one beyond it, with hundreds at the door.
  assertEquals(await scene.outboxLength(), OUTBOX_MAX);
  assertEquals(await scene.countedTotal(), countedAtCap);

  relay.thaw();
  await scene.untilAccepted(100);
  await scene.finish();
});
