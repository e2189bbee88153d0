/** Keys over real HTTP: rotation, outage, and answers that are none. */
import { assert, assertEquals } from "@std/assert";
import type { JWK } from "jose";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createFetchedKeys, type FetchedKeysOptions } from "./fetched_keys.ts";
import { serveKeys } from "./testing/key_server.ts";
import { createSecretSigner, createTokenSigner } from "./testing/token_signer.ts";
import { createVoterAuthority } from "./voter_authority.ts";

/** Remembers nothing beyond a call, so that each asks for its key. */
function forgetfulClock(): () => number {
  let nowMs = Date.now();
  return () => nowMs += 61_000;
}

function authority(url: URL, options: Partial<FetchedKeysOptions> = {}) {
  const log = createSilentLogger();
  const { authenticate } = createVoterAuthority({
    keys: createFetchedKeys(url, { log, ...options }),
    log,
    now: forgetfulClock(),
  });
  return {
    events: () => log.events.map(({ event }) => event),
    async answer(token: string): Promise<string> {
      const outcome = await authenticate(`Bearer ${token}`);
      return outcome.kind === "voter" ? `voter ${outcome.name}` : `${outcome.kind}: ${outcome.detail}`;
    },
  };
}

const FAR = { exp: 9_999_999_999 };
const NO_KEY = "unauthorized: The voter's token names no key that is known here";
const UNCHECKED = "unchecked: The voter's token cannot be checked at the moment; try again shortly";

Deno.test("fetched keys are read once for many tokens, and know each kind of key", async () => {
  const signers = await Promise.all([
    createTokenSigner({ kid: "ed" }),
    createTokenSigner({ kid: "es", alg: "ES256" }),
    createTokenSigner({ kid: "rs", alg: "RS256" }),
  ]);
  await using server = serveKeys(signers.map(({ key }) => key));
  const { answer } = authority(server.url);
  const tokens = await Promise.all(signers.flatMap(({ sign }) => [sign(FAR), sign({ ...FAR, sub: "ada" })]));
  const answers = await Promise.all(tokens.map(answer));
  assertEquals(answers, signers.flatMap(() => ["voter alan", "voter ada"]));
  assertEquals(server.asked(), 1);
});

Deno.test("a fetched secret proves nothing, and an unfit set is none", async () => {
  const [secret, signer] = [createSecretSigner("hs"), await createTokenSigner({ kid: "k" })];
  await using server = serveKeys([secret.key, signer.key]);
  const { answer } = authority(server.url, { retryMs: 0 });
  assertEquals(
    await answer(await secret.sign(FAR)),
    "unauthorized: The voter's token is signed in a way that is not taken here",
  );
  assertEquals(await answer(await signer.sign(FAR)), "voter alan");
  const token = await signer.sign(FAR);
  const bodies: BodyInit[] = ["", "no JSON", "[]", '{"keys":7}', '{"keys":["x"]}', "x".repeat(1_000_001)];
  for (const body of bodies) {
    server.answerWith(() => new Response(body));
    const fresh = authority(server.url);
    assertEquals(await fresh.answer(token), UNCHECKED, String(body).slice(0, 20));
    assertEquals(fresh.events(), ["voter_keys_unreachable"]);
  }
  server.answerWith(() => Response.redirect("http://127.0.0.1:1/else"));
  assertEquals(await authority(server.url).answer(token), UNCHECKED);
});

Deno.test("a new key is known with its first token, and an unknown one makes the set be read at most once a while", async () => {
  const [old, next, thief] = await Promise.all(
    ["old", "next", "thief"].map((kid) => createTokenSigner({ kid })),
  );
  assert(old && next && thief);
  await using server = serveKeys([old.key]);
  const { answer } = authority(server.url, { cooldownMs: 1 });
  assertEquals(await answer(await old.sign(FAR)), "voter alan");
  server.answerKeys([old.key, next.key]);
  await waitFor(async () => await answer(await next.sign(FAR)) === "voter alan", { what: "the next key" });
  assertEquals(await answer(await old.sign(FAR)), "voter alan");

  const calm = authority(server.url);
  assertEquals(await calm.answer(await old.sign(FAR)), "voter alan");
  const asked = server.asked();
  for (let index = 0; index < 20; index++) assertEquals(await calm.answer(await thief.sign(FAR)), NO_KEY);
  assertEquals(server.asked(), asked);
});

Deno.test("a key that was taken away is forgotten with the age of its set", async () => {
  const [old, next] = await Promise.all(["old", "next"].map((kid) => createTokenSigner({ kid })));
  assert(old && next);
  await using server = serveKeys([old.key, next.key]);
  const { answer } = authority(server.url, { cachedMsMax: 1, cooldownMs: 1 });
  assertEquals(await answer(await old.sign(FAR)), "voter alan");
  server.answerKeys([next.key]);
  await waitFor(async () => await answer(await old.sign(FAR)) === NO_KEY, { what: "the old key forgotten" });
  assertEquals(await answer(await next.sign(FAR)), "voter alan");
});

Deno.test("an outage refuses what it cannot check, is told once, asks once a while, and ends by itself", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  await using server = serveKeys([signer.key]);
  const { answer, events } = authority(server.url, { cachedMsMax: 1, retryMs: 50 });
  const token = await signer.sign(FAR);
  assertEquals(await answer(token), "voter alan");
  server.answerWith(() => new Response("away", { status: 503 }));
  await waitFor(async () => await answer(token) === UNCHECKED, { what: "the end of the cached set" });
  const votes = 300;
  const before = { asked: server.asked(), at: Date.now() };
  const answers = await Promise.all(Array.from({ length: votes }, () => answer(token)));
  assertEquals([...new Set(answers)], [UNCHECKED]);
  assert(
    server.asked() - before.asked <= 1 + (Date.now() - before.at) / 50,
    `${server.asked() - before.asked} asked`,
  );
  assertEquals(events(), ["voter_keys_unreachable"]);

  server.answerKeys([signer.key]);
  await waitFor(async () => await answer(token) === "voter alan", { what: "the end of the outage" });
  assertEquals(events(), ["voter_keys_unreachable", "voter_keys_reached"]);
});

Deno.test("cached keys go on being good while an unknown one cannot be looked for", async () => {
  const [known, next] = await Promise.all(["known", "next"].map((kid) => createTokenSigner({ kid })));
  assert(known && next);
  await using server = serveKeys([known.key]);
  const { answer, events } = authority(server.url, { cooldownMs: 0 });
  assertEquals(await answer(await known.sign(FAR)), "voter alan");
  server.answerWith(() => new Response("away", { status: 500 }));
  await waitFor(async () => await answer(await next.sign(FAR)) === UNCHECKED, { what: "a look for the key" });
  assertEquals(await answer(await known.sign(FAR)), "voter alan");
  assertEquals(events(), ["voter_keys_unreachable"], "a cached key is no end of the outage");
});

Deno.test("an address that hangs, or where nobody listens, is an outage", async () => {
  const signer = await createTokenSigner({ kid: "k" });
  const token = await signer.sign(FAR);
  const hanging = Promise.withResolvers<Response>();
  await using server = serveKeys([] as JWK[]);
  server.answerWith(() => hanging.promise);
  assertEquals(await authority(server.url, { fetchMsMax: 20 }).answer(token), UNCHECKED);
  hanging.resolve(new Response());
  const nobody = new URL("http://127.0.0.1:1/keys?secret=s");
  const { answer, events } = authority(nobody);
  assertEquals(await answer(token), UNCHECKED);
  assertEquals(events(), ["voter_keys_unreachable"]);
});
