import { assertEquals } from "@std/assert";
import { mainThreadSeconds } from "./main_thread.ts";

Deno.test("mainThreadSeconds() adds up the main thread's own time, and is NaN where there is none", () => {
  const whole = "# CPU\r\nused_cpu_sys:7.000000\r\nused_cpu_user:9.000000\r\n";
  const own = "used_cpu_sys_main_thread:1.250000\r\nused_cpu_user_main_thread:2.500000\r\n";
  assertEquals(mainThreadSeconds(whole + own), 3.75);
  assertEquals(mainThreadSeconds(whole), NaN);
});
