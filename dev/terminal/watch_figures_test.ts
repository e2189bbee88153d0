import { assertEquals } from "@std/assert";
import { nextFreePort } from "../stack/ports.ts";
import type { Figures } from "./figures.ts";
import { watchFigures } from "./watch_figures.ts";

Deno.test("watchFigures() tells of the programs that answer and leaves out the others", async () => {
  const paths: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    paths.push(new URL(request.url).pathname);
    return new Response("cast_outbox_votes 12\n");
  });
  const stopping = new AbortController();
  const seen: Figures[] = [];
  await watchFigures({
    opsPorts: new Map([["outbox-relay", server.addr.port], ["api", nextFreePort(20_000)]]),
    onFigures: (figures) => {
      seen.push(figures);
      stopping.abort();
    },
    stopping: stopping.signal,
  });
  assertEquals(seen.map(({ outboxVotes }) => outboxVotes), [12]);
  assertEquals(paths, ["/metrics"]);
  await server.shutdown();
});
