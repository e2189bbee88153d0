import { assert, assertEquals, assertThrows } from "@std/assert";
import { GUARD_STEPS, PERSISTER_STEPS, RELAY_STEPS } from "../programs/point_names.ts";
import { FAULTS, pickFaults } from "./fault_list.ts";

const names = (...wanted: string[]) => pickFaults(wanted).map(({ name }) => name);

Deno.test("every fault has a name of its own and says what it does", () => {
  assertEquals(new Set(FAULTS.map(({ name }) => name)).size, FAULTS.length);
  assert(FAULTS.every(({ name, about }) => /^[a-z0-9_]+$/.test(name) && about !== ""));
});

Deno.test("pickFaults() picks by name or by its beginning, and all without any", () => {
  assertEquals(names("kill_redis", "pair"), ["kill_redis", "pair"]);
  assertEquals(names("kill"), [
    "kill_api",
    "kill_ticket_rotator",
    "kill_outbox_relay",
    "kill_vote_persister",
    "kill_redis",
    "kill_kafka",
    "kill_postgres",
  ]);
  assertEquals(pickFaults([]), FAULTS);
});

Deno.test("every point of every worker has a fault that kills it there", () => {
  const points = (program: string, steps: readonly string[]) =>
    steps.flatMap((step) => [`crash_${program}_before_${step}`, `crash_${program}_after_${step}`]);
  const wanted = [
    ...points("outbox_relay", RELAY_STEPS),
    ...points("vote_persister", [...PERSISTER_STEPS, ...GUARD_STEPS]),
  ];
  const got = FAULTS.map(({ name }) => name).filter((name) => name.startsWith("crash_"));
  assertEquals(got.sort(), wanted.sort());
});

Deno.test("pickFaults() refuses a name that picks nothing", () => {
  assertThrows(() => pickFaults(["kill", "flood"]), Error, '"flood"');
});
