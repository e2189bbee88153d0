import { assertEquals, assertThrows } from "@std/assert";
import { chooseApiPort } from "./api_port.ts";
import { SetupError } from "./setup_error.ts";

Deno.test("chooseApiPort() takes the default, or the next free port and says so", () => {
  assertEquals(chooseApiPort({}, () => true), { port: 8_000, moved: false });
  assertEquals(chooseApiPort({}, (port) => port !== 8_000), { port: 8_001, moved: true });
});

Deno.test("chooseApiPort() takes the port that was asked for or none", () => {
  assertEquals(chooseApiPort({ CAST_API_PORT: "9000" }, () => true), { port: 9_000, moved: false });
  assertThrows(
    () => chooseApiPort({ CAST_API_PORT: "9000" }, () => false),
    SetupError,
    "Listen on CAST_API_PORT: port 9000 is taken",
  );
});

Deno.test("chooseApiPort() refuses what is no port", () => {
  for (const wanted of ["0", "65536", "80a", "-1", "8e3", " "]) {
    assertThrows(
      () => chooseApiPort({ CAST_API_PORT: wanted }, () => true),
      SetupError,
      `"${wanted}" is not a port`,
    );
  }
});
