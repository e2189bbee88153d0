/**
 * No forged ticket passes: a million of them, of every class that we could think of, through the real verifier, with
 * genuine ones in between. `CAST_TEST_SEED` repeats a run.
 */
import { assert, assertEquals } from "@std/assert";
import { createDraw } from "./testing/forgery_random.ts";
import { watchMacChecks } from "./testing/forgery_mac_checks.ts";
import { createForgeryScene } from "./testing/forgery_scene.ts";
import { runForgeryWave } from "./testing/forgery_wave.ts";
import { parseKeyRing } from "./key_ring.ts";
import { createTicketVerifier, REMEMBERED_MAX } from "./verifier.ts";

const FORGED = 1_000_000;
/** Most forged tickets are refused by their shape; so many at least must look right and fail on the mac alone. */
const MAC_CHECKS_MIN = 200_000;
const GENUINE = 3 * REMEMBERED_MAX;

const seed = Number(Deno.env.get("CAST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);

Deno.test("createTicketVerifier() accepts none of a million forged tickets, and every genuine one among them", async () => {
  const draw = createDraw(seed);
  const scene = createForgeryScene({ draw, tickets: GENUINE });
  const verifier = createTicketVerifier(parseKeyRing(scene.ringText));
  using macChecks = watchMacChecks();
  const report = await runForgeryWave({
    scene,
    draw,
    forged: FORGED,
    passes: async (text) => await verifier.verify(text) !== undefined,
  });
  const classes = [...report.tried].map(([name, count]) => `${name} ${count}`).join(", ");
  console.log(
    `    seed ${seed}: accepted ${report.acceptedCount} of ${FORGED} forged (${macChecks.count} macs checked), ` +
      `${report.genuineTried - report.genuineRefused} of ${report.genuineTried} genuine; ${classes}`,
  );
  assertEquals([report.acceptedCount, report.accepted], [0, []], `seed ${seed}`);
  assertEquals(report.genuineRefused, 0, `seed ${seed}`);
  assertEquals([...report.tried.values()].reduce((sum, count) => sum + count, 0), FORGED);
  // Each position of several tickets with each of the 255 other byte values.
  assert((report.tried.get("byte_replaced") ?? 0) > 3 * 100 * 255);
  assert(macChecks.count - report.genuineTried >= MAC_CHECKS_MIN, `${macChecks.count} macs checked`);
});

Deno.test("createTicketVerifier() accepts tickets made from the documented format with node:crypto", async () => {
  const scene = createForgeryScene({ draw: createDraw(seed), tickets: 2000 });
  const verifier = createTicketVerifier(parseKeyRing(scene.ringText));
  for (const { text, kid, shard, epoch, opensAt } of scene.genuine) {
    assertEquals(await verifier.verify(text), { kid, shard, epoch, opensAt }, `seed ${seed}`);
  }
});
