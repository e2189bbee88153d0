import { assert, assertEquals, assertThrows } from "@std/assert";
import { createCheckout } from "./checkout.ts";
import { createPortClaims } from "./port_claims.ts";
import { findFreePort, isPortFree, LOOPBACK, nextFreePort } from "./ports.ts";
import { SetupError } from "./setup_error.ts";

const anyPort = () => true;

Deno.test("findFreePort() begins at its seed and passes by what is taken or in use", () => {
  const search = { seed: 7, taken: new Set([20_007]), isFree: (port: number) => port !== 20_008 };
  assertEquals(findFreePort(search), 20_009);
});

Deno.test("findFreePort() stays below the ports of outgoing connections whatever the seed", () => {
  for (const seed of [0, 9_999, 10_000, 4_294_967_295]) {
    const port = findFreePort({ seed, isFree: anyPort });
    assert(port >= 20_000 && port < 30_000, `got ${port}`);
  }
});

Deno.test("findFreePort() gives up with a sentence when nothing is free", () => {
  assertThrows(() => findFreePort({ isFree: () => false }), SetupError, "are all in use");
});

Deno.test("nextFreePort() takes the wanted port or the next one above", () => {
  assertEquals(nextFreePort(8_000, anyPort), 8_000);
  assertEquals(nextFreePort(8_000, (port) => port > 8_002), 8_003);
  assertThrows(() => nextFreePort(65_535, () => false), SetupError, "none from 65535 on");
});

Deno.test("isPortFree() sees a listener on the loopback interface", () => {
  using listener = Deno.listen({ hostname: LOOPBACK, port: 0 });
  assert(!isPortFree(listener.addr.port));
});

Deno.test("createPortClaims() never gives out a port twice", () => {
  const { claim } = createPortClaims({ checkout: createCheckout("/somewhere"), keepData: true });
  const ports = [claim(0), claim(0), claim(1), claim(0)];
  assertEquals(new Set(ports).size, ports.length);
});
