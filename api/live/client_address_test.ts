import { assertEquals } from "@std/assert";
import { clientAddress } from "./client_address.ts";

const connection = { remoteAddr: { transport: "tcp", hostname: "10.0.0.1", port: 5 } } as const;

function addressOf(forwarded: string | undefined, proxyHops: number): string | undefined {
  const headers = new Headers(forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
  return clientAddress(new Request("http://cast.test/graphql", { headers }), { connection, proxyHops });
}

Deno.test("clientAddress() believes nothing of X-Forwarded-For where no proxy stands in front", () => {
  assertEquals(addressOf(undefined, 0), "10.0.0.1");
  assertEquals(addressOf("1.1.1.1", 0), "10.0.0.1");
});

Deno.test("clientAddress() counts the proxies from the right: what the client wrote itself changes nothing", () => {
  assertEquals(addressOf("7.7.7.7", 1), "7.7.7.7");
  for (const forged of ["1.1.1.1", "1.1.1.1, 2.2.2.2", "a, b, c", ""]) {
    assertEquals(addressOf(`${forged}, 7.7.7.7`, 1), "7.7.7.7");
    assertEquals(addressOf(`${forged}, 7.7.7.7, 10.9.9.9`, 2), "7.7.7.7");
  }
  assertEquals(addressOf("1.1.1.1,7.7.7.7 ,10.9.9.9", 2), "7.7.7.7");
});

Deno.test("clientAddress() takes the connection's address for who came past the proxies", () => {
  assertEquals(addressOf(undefined, 1), "10.0.0.1");
  assertEquals(addressOf("", 1), "10.0.0.1");
  assertEquals(addressOf("7.7.7.7", 2), "10.0.0.1");
});

Deno.test("clientAddress() knows nobody where the host tells nothing of connections", () => {
  const request = new Request("http://cast.test/graphql", { headers: { "x-forwarded-for": "7.7.7.7" } });
  assertEquals(clientAddress(request, { connection: undefined, proxyHops: 1 }), undefined);
});
