import { assertEquals, assertThrows } from "@std/assert";
import { DEV_ENVIRONMENT, devStores } from "./dev_stores.ts";
import { postgresUrl, redisPrefix, redisUrl } from "./store_settings.ts";

const SETTINGS = { redisUrl, redisPrefix, postgresUrl };
const readFile = () =>
  "CAST_REDIS_URL='redis://127.0.0.1:1'\nCAST_POSTGRES_URL='postgres://u:p@127.0.0.1:2/d'\n";

Deno.test("devStores() gives the stores of deno task dev to who names none", () => {
  const { flags, environment } = devStores(SETTINGS, { CAST_REDIS_PREFIX: "mine" }, { readFile });
  assertEquals(flags, [`--env-file=${DEV_ENVIRONMENT}`]);
  assertEquals(environment, {
    CAST_REDIS_URL: "redis://127.0.0.1:1",
    CAST_POSTGRES_URL: "postgres://u:p@127.0.0.1:2/d",
    CAST_REDIS_PREFIX: "mine",
  });
});

Deno.test("devStores() adds nothing where a single store is named, be it by a file", () => {
  for (const name of ["CAST_REDIS_URL", "CAST_POSTGRES_URL_FILE"]) {
    const environment = { [name]: "redis://elsewhere:6379" };
    assertEquals(devStores(SETTINGS, environment, { readFile }), { flags: [], environment });
  }
});

Deno.test("devStores() adds nothing where no deno task dev runs, and hides no other fault", () => {
  const failing = (error: Error) => ({
    readFile: () => {
      throw error;
    },
  });
  const missing = failing(new Deno.errors.NotFound("no such file"));
  assertEquals(devStores(SETTINGS, {}, missing), { flags: [], environment: {} });
  assertThrows(() => devStores(SETTINGS, {}, failing(new Error("disk"))), Error, "disk");
});
