import { assertEquals } from "@std/assert";
import { formatEnvironment, parseEnvironment } from "./environment_file.ts";

Deno.test("formatEnvironment() writes the settings of CAST alone, and none that only one program has", () => {
  const variables = { PATH: "/bin", CAST_REDIS_URL: "redis://r", CAST_OPS_PORT: "1", CAST_REDIS_PREFIX: "" };
  assertEquals(formatEnvironment(variables), "CAST_REDIS_URL='redis://r'\nCAST_REDIS_PREFIX=''\n");
});

Deno.test("formatEnvironment() leaves out what would not survive a shell", () => {
  assertEquals(formatEnvironment({ CAST_A: "it's", CAST_B: "two\nlines" }), "");
});

Deno.test("parseEnvironment() reads what formatEnvironment() wrote", () => {
  const variables = { CAST_POSTGRES_URL: "postgres://u:p=#$@h:1/d?x=y", CAST_REDIS_PREFIX: "" };
  assertEquals(parseEnvironment(formatEnvironment(variables)), variables);
});
