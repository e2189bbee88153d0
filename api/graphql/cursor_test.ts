import { assert, assertEquals } from "@std/assert";
import { NAME_CODE_POINTS_MAX } from "../../shared/vote/rules.ts";
import { cursorOf, placeOf } from "./cursor.ts";

const encode = (text: string) =>
  new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });

Deno.test("placeOf() reads back what cursorOf() wrote, for every name and total", () => {
  const names = [
    "Ada",
    "Zoë O’Neill",
    "日本",
    "😀".repeat(NAME_CODE_POINTS_MAX),
    `"\\`.repeat(32),
    "__proto__",
  ];
  for (const name of names) {
    for (const total of [0, 1, -3, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const cursor = cursorOf({ name, total });
      assert(/^[\w-]+$/.test(cursor), cursor);
      assertEquals(placeOf(cursor), { name, total });
    }
  }
});

Deno.test("placeOf() takes no text that no page ever ended with", () => {
  const hostile = [
    "",
    "!",
    "=",
    "a",
    "QQ=Q",
    "\ud800",
    "a".repeat(513),
    "A".repeat(1_000_000),
    encode(""),
    encode("null"),
    encode("7"),
    encode("[]"),
    encode('["Ada",1]'),
    encode('{"name":"Ada"}'),
    encode('{"total":1}'),
    encode('{"name":7,"total":1}'),
    encode('{"name":"","total":1}'),
    encode('{"name":" Ada","total":1}'),
    encode('{"name":"\\ud800","total":1}'),
    encode(`{"name":"${"a".repeat(65)}","total":1}`),
    encode('{"name":"Ada","total":"1"}'),
    encode('{"name":"Ada","total":1.5}'),
    encode('{"name":"Ada","total":1e400}'),
    encode('{"name":"Ada","total":9007199254740993}'),
    encode('{"name":"Ada","total":1'),
    encode('\ufeff{"name":"Ada","total":1}'),
    new Uint8Array([0xff, 0xfe]).toBase64({ alphabet: "base64url" }),
  ];
  for (const cursor of hostile) assertEquals(placeOf(cursor), undefined, cursor.slice(0, 80));
});
