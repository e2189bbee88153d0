import { assertEquals, assertThrows } from "@std/assert";
import { trust } from "./trust.ts";

const pem = (letters: string) => `-----BEGIN CERTIFICATE-----\n${letters}\n-----END CERTIFICATE-----\n`;

Deno.test("trust() checks against the system's certificates where no file is named", () => {
  assertEquals({ ...trust(undefined) }, { rejectUnauthorized: true });
});

Deno.test("trust() reads the file anew for every connection, and keeps the last good one", () => {
  let text = pem("AAAA");
  const readFile = () => {
    if (text === "gone") throw new Deno.errors.NotFound("no such file");
    return text;
  };
  const options = trust("/ca.pem", { readFile });
  const connect = () => Object.assign({}, options).ca;
  assertEquals(connect(), pem("AAAA"));
  text = pem("BBBB");
  assertEquals(connect(), pem("BBBB"));
  for (const bad of ["gone", "", "-----BEGIN CERTIFICATE-----\nBB", "nonsense"]) {
    text = bad;
    assertEquals(connect(), pem("BBBB"), bad);
  }
  text = pem("CCCC");
  assertEquals(connect(), pem("CCCC"));
});

Deno.test("trust() refuses a file that is not there or holds no certificate, and does not show what it holds", () => {
  assertThrows(
    () => trust("/ca.pem", { readFile: () => "-----BEGIN PRIVATE KEY-----\nsecret" }),
    Error,
    'Read certificates from "/ca.pem": wanted PEM, found none',
  );
  const missing = () => {
    throw new Deno.errors.NotFound("no such file");
  };
  assertThrows(() => trust("/ca.pem", { readFile: missing }), Deno.errors.NotFound);
});
