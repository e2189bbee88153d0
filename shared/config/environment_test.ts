import { assertEquals, assertThrows } from "@std/assert";
import { readEnvironment } from "./environment.ts";
import { integerSetting, secretSetting } from "./setting.ts";

const settings = {
  uses: integerSetting({ name: "CAST_LAB_USES", meaning: "uses", fallback: "1", min: 1, max: 9 }),
  secret: secretSetting({ name: "CAST_LAB_SECRET", meaning: "a secret", parse: (text) => text }),
};

/** Sets variables for as long as the lab lives. */
function setEnvironment(variables: Record<string, string>): Disposable {
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      for (const name of Object.keys(variables)) Deno.env.delete(name);
    },
  };
}

Deno.test("readEnvironment() takes what the settings name and leaves the rest", () => {
  using _environment = setEnvironment({ CAST_LAB_USES: "7", CAST_LAB_SECRET: "s", CAST_LAB_OTHER: "x" });
  assertEquals(readEnvironment(settings), { CAST_LAB_USES: "7", CAST_LAB_SECRET: "s" });
});

Deno.test("readEnvironment() returns nothing for what is absent, and keeps what is empty", () => {
  assertEquals(readEnvironment(settings), {});
  using _environment = setEnvironment({ CAST_LAB_USES: "" });
  assertEquals(readEnvironment(settings), { CAST_LAB_USES: "" });
});

Deno.test("readEnvironment() reads a secret from its file, without the line's end, and no other setting", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "from file\r\n");
    using _environment = setEnvironment({ CAST_LAB_SECRET_FILE: path, CAST_LAB_USES_FILE: path });
    assertEquals(readEnvironment(settings), { CAST_LAB_SECRET: "from file" });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("readEnvironment() refuses a secret given twice or in a file that cannot be read", () => {
  using _environment = setEnvironment({ CAST_LAB_SECRET: "s", CAST_LAB_SECRET_FILE: "/absent" });
  assertThrows(() => readEnvironment(settings), Error, "CAST_LAB_SECRET or CAST_LAB_SECRET_FILE, not both");
  Deno.env.delete("CAST_LAB_SECRET");
  assertThrows(() => readEnvironment(settings), Deno.errors.NotFound);
});
