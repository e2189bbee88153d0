import { assert, assertEquals } from "@std/assert";
import { createBodyReader } from "./body_reader.ts";

const readBody = createBodyReader({ bytesMax: 10, waitMsMax: 60_000 });

function post(body: BodyInit, headers: Record<string, string> = {}): Request {
  return new Request("http://cast.test/graphql", { method: "POST", body, headers });
}

function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

async function outcomeOf(request: Request): Promise<string | number> {
  const body = await readBody(request);
  return body instanceof Response ? body.status : new TextDecoder().decode(body);
}

Deno.test("the body reader reads up to its bound, declared or streamed", async () => {
  assertEquals(await outcomeOf(post("0123456789", { "content-length": "10" })), "0123456789");
  assertEquals(await outcomeOf(post(streamOf("01234", "", "56789"))), "0123456789");
  assertEquals(await outcomeOf(new Request("http://cast.test", { method: "POST" })), "");
});

Deno.test("the body reader refuses a byte more, and reads nothing of what is declared too long", async () => {
  assertEquals(await outcomeOf(post(streamOf("01234", "56789", "x"))), 413);
  assertEquals(await outcomeOf(post("0123456789x", { "content-length": "5" })), 413);
  const declared = post("0123456789x", { "content-length": "11" });
  assertEquals(await outcomeOf(declared), 413);
  assert(!declared.bodyUsed);
});

Deno.test("the body reader reads no further than its bound of what hardly ends", async () => {
  let pulled = 0;
  const long = new ReadableStream<Uint8Array>({
    pull(controller) {
      // Ends at last, so that a reader without a bound fails here and does not fill the memory.
      if (++pulled > 100) return controller.close();
      controller.enqueue(new Uint8Array(4));
    },
  });
  assertEquals(await outcomeOf(post(long)), 413);
  assert(pulled < 6, `${pulled} chunks`);
});

Deno.test("the body reader makes nothing of a body that broke off", async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  assertEquals(await outcomeOf(post(broken)), 400);
});
