import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createCastClient } from "./cast_client.ts";
import { CastUsageError } from "./errors.ts";
import { readOptions } from "./options.ts";

Deno.test("createCastClient() throws for options that cannot work", () => {
  const url = "http://cast.test/graphql";
  for (
    const options of [
      { url: "" },
      { url: "/graphql" },
      { url: "ftp://cast.test/graphql" },
      { url, deadlineMs: 60_000 },
      { url, deadlineMs: 0 },
      { url, deadlineMs: NaN },
      { url, attemptMs: -1 },
      { url, silenceMs: Infinity },
      { url, requestLifeMs: 50_000 },
    ]
  ) assertThrows(() => createCastClient(options), CastUsageError);
});

Deno.test("readOptions() keeps every repeat well within the life of a request", () => {
  const { deadlineMs, requestLifeMs } = readOptions({ url: new URL("http://cast.test/graphql") });
  assertEquals([deadlineMs, requestLifeMs], [30_000, 120_000]);
});

Deno.test("vote() throws for a deadline in which a repeat could count twice", async () => {
  const cast = createCastClient({ url: "http://cast.test/graphql" });
  await assertRejects(() => cast.vote({ alice: 1 }, { deadlineMs: 60_000 }), CastUsageError);
});
