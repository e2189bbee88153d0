import { assertEquals, assertThrows } from "@std/assert";
import { parseWrk } from "./wrk.ts";

const TEXT = `Running 1s test @ http://127.0.0.1:8080/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.50ms    1.01ms  21.48ms   91.20%
    Req/Sec    25.78k     3.00k   29.95k    80.00%
  25683 requests in 1.00s, 4.09MB read
Requests/sec:  25645.61
Transfer/sec:      4.08MB
`;

Deno.test("parseWrk() reads the requests and their rate", () => {
  assertEquals(parseWrk(TEXT), { requests: 25683, perSecond: 25645.61 });
});

Deno.test("parseWrk() throws for any request that failed, and for a run without one", () => {
  const errors = "  Socket errors: connect 0, read 3, write 0, timeout 0\n";
  assertThrows(() => parseWrk(TEXT.replace("Requests/sec", `${errors}Requests/sec`)), Error, "read 3");
  const refused = "  Non-2xx or 3xx responses: 7\n";
  assertThrows(() => parseWrk(TEXT.replace("Requests/sec", `${refused}Requests/sec`)), Error, "responses: 7");
  assertThrows(() => parseWrk(TEXT.replaceAll(/25683|25645.61/g, "0")), Error, "wanted requests and a rate");
  assertThrows(() => parseWrk(""), Error, "wanted requests and a rate");
});
