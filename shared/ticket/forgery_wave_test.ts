/** The wave of forgeries is worth something: each mistake that a verifier could make is found by it. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { createDraw } from "./testing/forgery_random.ts";
import { createForgeryScene, type ForgeryScene, hmac, SCENE_PURPOSE } from "./testing/forgery_scene.ts";
import { runForgeryWave } from "./testing/forgery_wave.ts";
import { TICKET_LENGTH_MAX } from "./ticket.ts";

const SEED = 1;
const FORGED = 30_000;
const SHAPE =
  /^([A-Za-z0-9_-]{1,32})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})\.([A-Za-z0-9_-]{43})$/;

type Passes = (text: string) => boolean;

/** A verifier as it should be, but for what a mistake replaces. */
function createPasses(scene: ForgeryScene, mistake: {
  shape?: RegExp;
  canonical?: boolean;
  purpose?: (claims: string) => string;
  keys?: (kid: string) => readonly (Uint8Array | undefined)[];
  equal?: (one: Buffer, other: Buffer) => boolean;
}): Passes {
  const { shape = SHAPE, canonical = true } = mistake;
  const purpose = mistake.purpose ?? ((claims: string) => SCENE_PURPOSE + claims);
  const keys = mistake.keys ?? ((kid: string) => [scene.keys.get(kid)]);
  const equal = mistake.equal ?? ((one: Buffer, other: Buffer) => one.equals(other));
  return (text) => {
    const match = shape.exec(text);
    if (!match) return false;
    const [kid, ...numbers] = match.slice(1, 5) as [string, ...string[]];
    const mac = Buffer.from(match[5] as string, "base64url");
    const claims = canonical ? text.slice(0, text.lastIndexOf(".")) : [kid, ...numbers.map(Number)].join(".");
    if (canonical && `${claims}.${mac.toString("base64url")}` !== text) return false;
    if (canonical && numbers.some((number) => String(Number(number)) !== number)) return false;
    return keys(kid).some((key) => key !== undefined && equal(hmac(key, purpose(claims)), mac));
  };
}

/** Remembers genuine tickets under less than their whole text. */
function forgetful(passes: Passes, remembers: (text: string) => string): Passes {
  const remembered = new Set<string>();
  return (text) => {
    const genuine = remembered.has(remembers(text)) || passes(text);
    if (genuine) remembered.add(remembers(text));
    return genuine;
  };
}

const MISTAKES: Readonly<Record<string, (scene: ForgeryScene) => Passes>> = {
  "looks at the shape alone": () => (text) => SHAPE.test(text),
  "reads any base64 of the mac": (scene) =>
    createPasses(scene, { shape: /^([\w-]+)\.(\d+)\.(\d+)\.(\d+)\.(.+)$/s, canonical: false }),
  "takes spare bits of the mac": (scene) => createPasses(scene, { canonical: false }),
  "takes leading zeros": (scene) =>
    createPasses(scene, { shape: /^([\w-]+)\.0*(\d+)\.0*(\d+)\.0*(\d+)\.([\w-]{43})$/, canonical: false }),
  "takes any numeral": (scene) =>
    createPasses(scene, { shape: /^([\w-]+)\.([^.]*)\.([^.]*)\.([^.]*)\.([\w-]{43})$/, canonical: false }),
  "takes the alias that a key holder signed": (scene) => (text) =>
    createPasses(scene, {})(text) || /^\w+-?\d?\.[\d+.e]*\.[\w-]{43}$/.test(text) &&
      [...scene.keys.values()].some((key) =>
        hmac(key, SCENE_PURPOSE + text.slice(0, -44)).toString("base64url") === text.slice(-43)
      ),
  "takes any key of the ring": (scene) => createPasses(scene, { keys: () => [...scene.keys.values()] }),
  "takes an empty key for an unknown one": (scene) =>
    createPasses(scene, { keys: (kid) => [scene.keys.get(kid), new Uint8Array(0)] }),
  "takes a stranger's key": (scene) => createPasses(scene, { keys: () => [scene.strangerKey] }),
  "signs no purpose": (scene) =>
    createPasses(scene, { purpose: (claims) => claims, keys: (kid) => [scene.keys.get(kid)] }),
  "signs joined parts": (scene) => (text) =>
    createPasses(scene, {})(text) ||
    scene.genuine.some(({ text: genuine }) =>
      genuine.replaceAll(".", "") === text.replaceAll(".", "") && genuine.slice(-44) === text.slice(-44)
    ),
  "compares the first bytes of the mac": (scene) =>
    createPasses(scene, { equal: (one, other) => one.subarray(0, 8).equals(other.subarray(0, 8)) }),
  "compares the last bytes of the mac": (scene) =>
    createPasses(scene, { equal: (one, other) => one.subarray(31).equals(other.subarray(31)) }),
  "trims": (scene) => (text) => createPasses(scene, {})(text.trim()),
  "trims a line's end": (scene) => (text) => createPasses(scene, {})(text.replace(/\n$/, "")),
  "stops at a null byte": (scene) => (text) => createPasses(scene, {})(text.split("\0")[0] as string),
  "cuts what is too long": (scene) => (text) =>
    createPasses(scene, {})(text) || text.length > TICKET_LENGTH_MAX &&
      scene.genuine.some(({ text: genuine }) => text.startsWith(genuine)),
  "keeps the low byte of each character": (scene) => (text) =>
    createPasses(scene, {})(Buffer.from(text, "latin1").toString("latin1")),
  "normalises Unicode": (scene) => (text) => createPasses(scene, {})(text.normalize("NFKC")),
  "drops what is not well-formed": (scene) => (text) =>
    createPasses(scene, {})(text.replaceAll(/[\ud800-\udfff]/g, "")),
  "decodes percent signs": (scene) => (text) => createPasses(scene, {})(text.replaceAll("%2E", ".")),
  "takes any case": (scene) => {
    const known = new Set(scene.genuine.map(({ text }) => text.toLowerCase()));
    return (text) => known.has(text.toLowerCase());
  },
  "remembers macs": (scene) => forgetful(createPasses(scene, {}), (text) => text.slice(-43)),
  "remembers claims": (scene) =>
    forgetful(createPasses(scene, {}), (text) => text.slice(0, text.lastIndexOf("."))),
  "remembers without shard": (scene) =>
    forgetful(createPasses(scene, {}), (text) => text.split(".").toSpliced(1, 1).join(".")),
  "remembers without epoch": (scene) =>
    forgetful(createPasses(scene, {}), (text) => text.split(".").toSpliced(2, 1).join(".")),
  "remembers without time": (scene) =>
    forgetful(createPasses(scene, {}), (text) => text.split(".").toSpliced(3, 1).join(".")),
};

Deno.test("a wave of forgeries finds every mistake of a verifier that we could think of", async (t) => {
  for (const [mistake, create] of Object.entries(MISTAKES)) {
    await t.step(mistake, async () => {
      const report = await wave(create);
      assert(report.acceptedCount > 0, `${FORGED} forgeries have not found it`);
    });
  }
});

Deno.test("a wave of forgeries finds nothing wrong with a verifier that makes no mistake", async () => {
  const report = await wave((scene) => createPasses(scene, {}));
  assertEquals([report.accepted, report.genuineRefused], [[], 0]);
});

Deno.test("a wave of forgeries notices genuine tickets that are refused", async () => {
  const report = await wave(() => () => false);
  assertEquals(report.genuineRefused, report.genuineTried);
  assert(report.genuineTried > 0);
});

async function wave(create: (scene: ForgeryScene) => Passes) {
  const draw = createDraw(SEED);
  const scene = createForgeryScene({ draw, tickets: 8 });
  const passes = create(scene);
  return await runForgeryWave({
    scene,
    draw,
    forged: FORGED,
    passes: (text) => Promise.resolve(passes(text)),
  });
}
