import { assertEquals } from "@std/assert";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { areStopped } from "./process_state.ts";

Deno.test("areStopped() is true of processes that a SIGSTOP has stopped, and of no other", async () => {
  const sleeper = new Deno.Command("sleep", { args: ["600"] }).spawn();
  const { pid } = sleeper;
  try {
    assertEquals([await areStopped([pid]), await areStopped([])], [false, false]);
    sleeper.kill("SIGSTOP");
    await waitFor(() => areStopped([pid]), { what: "the process to be stopped" });
    assertEquals(await areStopped([pid, undefined]), false);
    assertEquals(await areStopped([pid, Deno.pid]), false);
  } finally {
    sleeper.kill("SIGKILL");
    await sleeper.status;
  }
  assertEquals(await areStopped([pid]), false);
});
