import { assertEquals } from "@std/assert";
import { createServerClock } from "./server_clock.js";

Deno.test("now() follows the frame that lost the least on its way", () => {
  let device = 1000;
  const clock = createServerClock(() => device);
  assertEquals(clock.now(), 1000);
  clock.hear(5900);
  device = 2000;
  clock.hear(6500);
  assertEquals(clock.now(), 6900);
});

Deno.test("now() believes a clock that was set back after a while", () => {
  const clock = createServerClock(() => 0);
  clock.hear(9000);
  for (let times = 0; times < 20; times++) clock.hear(100);
  assertEquals(clock.now(), 100);
});
