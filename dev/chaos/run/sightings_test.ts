import { assertEquals } from "@std/assert";
import { createSightings } from "./sightings.ts";

Deno.test("since() counts what was seen after the mark, by labels that tell what it was", () => {
  const sightings = createSightings(() => 0);
  sightings.add("vote_persister_1", { event: "shard_opened", kind: "kept" });
  const mark = sightings.mark();
  sightings.add("vote_persister_1", { event: "shard_opened", kind: "restored" });
  sightings.add("vote_persister_2", { event: "votes_redelivered", count: 12 });
  sightings.add("vote_persister_2", { event: "votes_redelivered", count: 3 });
  sightings.add("outbox_relay_1", { event: "point_hit", how: "crash", point: "before_trim" });
  sightings.add("runner", { event: "program_died", program: "outbox_relay", how: "SIGKILL" });
  assertEquals(sightings.since(mark), {
    shard_restored: 1,
    votes_redelivered: 15,
    crash_before_trim: 1,
    outbox_relay_died_SIGKILL: 1,
  });
  assertEquals(sightings.since(0)["shard_kept"], 1);
});

Deno.test("the oldest are dropped when there are too many, and marks still mean the same place", () => {
  const sightings = createSightings(() => 0, 4);
  const add = (event: string) => sightings.add("runner", { event });
  for (const event of ["a", "b", "c"]) add(event);
  const mark = sightings.mark();
  for (const event of ["d", "e", "f"]) add(event);
  assertEquals(sightings.since(mark), { d: 1, e: 1, f: 1 });
  assertEquals(sightings.list(0).map(({ label }) => label), ["c", "d", "e", "f"]);
  assertEquals(sightings.since(sightings.mark()), {});
});

Deno.test("add() leaves out routine and lines that are no event", () => {
  const sightings = createSightings(() => 0);
  sightings.add("api_1", { event: "api_listening", port: 1 });
  sightings.add("api_1", { level: "info" });
  assertEquals(sightings.since(0), {});
});
