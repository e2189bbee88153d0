import { assertEquals } from "@std/assert";
import { programEnvironment } from "./program_environment.ts";

const OPTIONS = {
  environment: {},
  addresses: { redisUrl: "redis://r", kafkaBrokers: "k:1", postgresUrl: "postgres://p" },
  ticketKeys: "dev:made",
  apiPort: 8_001,
  opsPort: 20_001,
};

Deno.test("programEnvironment() gives addresses, ports and the key that was made", () => {
  assertEquals(programEnvironment(OPTIONS), {
    CAST_GRAPHQL_TOOLS: "on",
    CAST_REDIS_URL: "redis://r",
    CAST_KAFKA_BROKERS: "k:1",
    CAST_POSTGRES_URL: "postgres://p",
    CAST_TICKET_KEYS: "dev:made",
    CAST_API_PORT: "8001",
    CAST_OPS_PORT: "20001",
  });
});

Deno.test("programEnvironment() passes on the developer's settings, but not a port that four cannot share", () => {
  const environment = {
    PATH: "/bin",
    CAST_TICKET_USES: "7",
    CAST_OPS_PORT: "1",
    CAST_REDIS_URL: "redis://half",
  };
  const variables = programEnvironment({ ...OPTIONS, environment });
  assertEquals([variables["PATH"], variables["CAST_TICKET_USES"]], ["/bin", "7"]);
  assertEquals([variables["CAST_OPS_PORT"], variables["CAST_REDIS_URL"]], ["20001", "redis://r"]);
  const off = programEnvironment({ ...OPTIONS, environment: { CAST_GRAPHQL_TOOLS: "off" } });
  assertEquals(off["CAST_GRAPHQL_TOOLS"], "off");
});

Deno.test("programEnvironment() leaves keys alone that the developer names", () => {
  const inline = programEnvironment({ ...OPTIONS, environment: { CAST_TICKET_KEYS: "mine:key" } });
  assertEquals(inline["CAST_TICKET_KEYS"], "mine:key");
  const file = programEnvironment({ ...OPTIONS, environment: { CAST_TICKET_KEYS_FILE: "/keys" } });
  assertEquals([file["CAST_TICKET_KEYS"], file["CAST_TICKET_KEYS_FILE"]], [undefined, "/keys"]);
});
