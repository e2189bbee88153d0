/** The verifier's memory under attack: it holds genuine tickets alone, whoever overtakes whom, and never many. */
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../testing/wait_for.ts";
import { createForger } from "./testing/forger.ts";
import { type MacChecks, watchMacChecks } from "./testing/forgery_mac_checks.ts";
import { createDraw, type Draw } from "./testing/forgery_random.ts";
import { createForgeryScene, type ForgeryScene } from "./testing/forgery_scene.ts";
import { parseKeyRing } from "./key_ring.ts";
import { createTicketVerifier, REMEMBERED_MAX, type TicketVerifier } from "./verifier.ts";

const seed = Number(Deno.env.get("CAST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);

interface Attack {
  readonly draw: Draw;
  readonly scene: ForgeryScene;
  readonly verifier: TicketVerifier;
}

function attack(tickets: number): Attack {
  const draw = createDraw(seed);
  const scene = createForgeryScene({ draw, tickets });
  return { draw, scene, verifier: createTicketVerifier(parseKeyRing(scene.ringText)) };
}

function flipped(text: string): string {
  return text.slice(0, -5) + (text.at(-5) === "A" ? "B" : "A") + text.slice(-4);
}

/** Whether the verifier answers from memory, found by asking: an answer without a mac check. */
async function isRemembered(
  text: string,
  { verifier, checks }: { verifier: TicketVerifier; checks: MacChecks },
) {
  const before = checks.count;
  await verifier.verify(text);
  return checks.count === before;
}

Deno.test("createTicketVerifier() refuses every forged variant of a ticket that it remembers", async () => {
  // Two, so that one can be given the mac of the other.
  const { draw, scene, verifier } = attack(2);
  const genuine = scene.genuine[0]?.text as string;
  await verifier.verify(genuine);
  const forge = createForger(scene, draw);
  using checks = watchMacChecks();
  for (let tries = 0; tries < 50_000; tries++) {
    const { className, text } = forge();
    assertEquals(
      await verifier.verify(text),
      undefined,
      `seed ${seed}, ${className}: ${JSON.stringify(text)}`,
    );
  }
  assert(checks.count > 10_000, "many of them looked right");
  assert(await isRemembered(genuine, { verifier, checks }), "forgeries have pushed it out");
});

Deno.test("createTicketVerifier() checks a forged ticket anew each time, however often it comes", async () => {
  const { scene: { genuine }, verifier } = attack(20);
  using checks = watchMacChecks();
  for (const { text } of genuine) {
    await verifier.verify(text);
    const before = checks.count;
    const answers = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(flipped(text))));
    assertEquals([answers.some((claims) => claims !== undefined), checks.count - before], [false, 50]);
  }
});

Deno.test("createTicketVerifier() tells genuine from forged whichever of them its checks answer first", async () => {
  const { draw, scene: { genuine }, verifier } = attack(200);
  using checks = watchMacChecks();
  checks.hold();
  for (let round = 0; round < 100; round++) {
    // Two tickets of the round, each twice and forged twice, all under way before any has its answer.
    const texts = genuine.slice(2 * round, 2 * round + 2).flatMap(({ text }) => [text, flipped(text)]);
    const asked = [...texts, ...texts].sort(() => draw(3) - 1);
    const answers = asked.map((text) => verifier.verify(text));
    await waitFor(() => checks.held === asked.length, { what: "every check to be held" });
    while (checks.held > 0) checks.release(draw(checks.held));
    for (const [index, claims] of (await Promise.all(answers)).entries()) {
      const isGenuine = genuine.some(({ text }) => text === asked[index]);
      assertEquals(claims !== undefined, isGenuine, `seed ${seed}, round ${round}`);
    }
  }
});

Deno.test("createTicketVerifier() remembers nothing of a check that is still under way, or that failed", async () => {
  const { scene: { genuine: [ticket] }, verifier } = attack(1);
  const { text } = ticket as { text: string };
  using checks = watchMacChecks();
  checks.hold();
  const first = verifier.verify(text);
  const second = verifier.verify(text);
  await waitFor(() => checks.held === 2, { what: "both checks to be held" });
  checks.release(0);
  checks.release(0);
  assertEquals(await first, await second);
  checks[Symbol.dispose]();

  const { verify } = crypto.subtle;
  const fresh = attack(1);
  try {
    crypto.subtle.verify = () => Promise.reject(new Error("Verify: out of order"));
    const failed = await fresh.verifier.verify(text).then(() => "answered", () => "failed");
    assertEquals(failed, "failed", "a check that cannot be made is no answer");
  } finally {
    crypto.subtle.verify = verify;
  }
  assertEquals(await fresh.verifier.verify(flipped(text)), undefined);
  assert(await fresh.verifier.verify(text));
});

Deno.test("createTicketVerifier() stays within its bound when thousands of tickets come at once", async () => {
  const { draw, scene, verifier } = attack(10 * REMEMBERED_MAX);
  const { genuine } = scene;
  const forge = createForger(scene, draw);
  using checks = watchMacChecks();
  for (let round = 0; round < 3; round++) {
    const texts = genuine.flatMap(({ text }) => [text, text, flipped(text), forge().text]);
    const answers = await Promise.all(texts.map((text) => verifier.verify(text)));
    assertEquals(answers.filter((claims) => claims !== undefined).length, 2 * genuine.length, `seed ${seed}`);
  }
  // Held, so that looking changes nothing: what is forgotten stays without an answer, and is not remembered anew.
  checks.hold();
  let remembered = 0;
  const answers = genuine.map(({ text }) => verifier.verify(text));
  for (const answer of answers) answer.then(() => remembered += 1);
  await waitFor(() => checks.held + remembered === genuine.length, { what: "every ticket to be looked up" });
  assertEquals(remembered, REMEMBERED_MAX);
  while (checks.held > 0) checks.release(0);
  await Promise.all(answers);
});
