/** The comparison of two_doors_test.ts over requests that nobody has thought of, each sent twice to both doors. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type GeneratedRequest, generatedRequest } from "./testing/generated_request.ts";
import { createTwoDoors, type Side } from "./testing/two_doors.ts";

const REQUESTS = 2500;
/** Of what is sent; the rest is wrong, or of a shape that the hot door leaves alone. */
const ANSWERED_SHARE_MIN = 0.1;
const seed = Number(Deno.env.get("CAST_TEST_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);

Deno.test("both doors do the same with requests at random, at first sight and at the second", async () => {
  const doors = createTwoDoors();
  let sent = 0;
  let answered = 0;
  let executed = 0;
  const property = fc.asyncProperty(generatedRequest, async (request) => {
    doors.scriptCas(request.casScript);
    for (let sight = 0; sight < 2; sight++) {
      const hot = await deed(doors.hot, request);
      assertEquals(hot, await deed(doors.plain, request));
      sent++;
      answered += doors.hot.takeAnswered();
      if (hot.traces.calls.length > 0) executed++;
    }
  });
  console.log(`seed ${seed}`);
  await fc.assert(property, { seed: seed | 0, numRuns: REQUESTS });
  const shares = [answered, executed].map((count) => `${(100 * count / sent).toFixed(1)} %`);
  console.log(`${sent} sent, ${shares[0]} answered by the hot door, ${shares[1]} executed`);
  assert(answered / sent >= ANSWERED_SHARE_MIN);
});

async function deed({ fetch, takeTraces }: Side, { body, headers }: GeneratedRequest) {
  const bytes = new TextEncoder().encode(body);
  const response = await fetch(
    new Request("http://cast.test/graphql", {
      method: "POST",
      headers: { ...headers, "content-length": String(bytes.length) },
      body: bytes,
    }),
  );
  const text = await response.text();
  return {
    status: response.status,
    headers: [...response.headers],
    body: text.replaceAll(/"failureId":"[0-9a-f-]{36}"/g, '"failureId":"*"'),
    traces: takeTraces(),
  };
}
