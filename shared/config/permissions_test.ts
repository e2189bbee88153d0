import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "./permissions.ts";
import { apiPort, opsPort as opsPortOf, ticketKeys, ticketUses } from "./settings.ts";
import { kafkaBrokers, postgresUrl, redisUrl } from "./store_settings.ts";

const opsPort = opsPortOf(9100);

function flag(flags: readonly string[], name: string): string | undefined {
  return flags.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

const noFile = (path: string): string => {
  throw new Deno.errors.NotFound(path);
};

Deno.test("permissionFlags() names ports, stores and nothing else", () => {
  const flags = permissionFlags({ apiPort, opsPort, redisUrl, ticketUses }, {
    CAST_API_PORT: "8001",
    CAST_REDIS_URL: "redis://u:p@redis.example:7000/1",
    CAST_TICKET_USES: "5",
    HOME: "/home/somebody",
  });
  assertEquals(flags, [
    "--no-prompt",
    "--allow-net=0.0.0.0:8001,0.0.0.0:9100,redis.example:7000",
    "--allow-env=CAST_API_PORT,CAST_OPS_PORT,CAST_REDIS_URL,CAST_REDIS_URL_FILE,CAST_TICKET_USES",
    "--ignore-env",
    "--no-remote",
    "--allow-sys=hostname",
  ]);
});

Deno.test("permissionFlags() keeps the image's programs from fetching anything", () => {
  assert(permissionFlags({ opsPort }, { CAST_CACHED_ONLY: "on" }).includes("--cached-only"));
  assert(!permissionFlags({ opsPort }, {}).includes("--cached-only"));
});

Deno.test("permissionFlags() knows the default ports, IPv6 and several brokers, each address once", () => {
  const flags = permissionFlags({ redisUrl, postgresUrl, kafkaBrokers }, {
    CAST_REDIS_URL: "rediss://[fd00::1]",
    CAST_POSTGRES_URL: "postgres://u:p@[::1]/db",
    CAST_KAFKA_BROKERS: "k-0:9092, k-1:9092,[::1]:9094,k-0:9092",
  });
  assertEquals(flag(flags, "--allow-net"), "[fd00::1]:6379,[::1]:5432,k-0:9092,k-1:9092,[::1]:9094");
});

Deno.test("permissionFlags() lets a program read its mounted secrets, and reach the address in one", () => {
  const files: Record<string, string> = { "/run/redis": "redis://:p@hidden:7001\n", "/run/keys": "a:b" };
  const flags = permissionFlags({ redisUrl, ticketKeys, ticketUses }, {
    CAST_REDIS_URL_FILE: "/run/redis",
    CAST_TICKET_KEYS_FILE: "/run/keys",
    CAST_TICKET_USES_FILE: "/run/uses",
  }, { readFile: (path) => files[path] ?? noFile(path) });
  assertEquals(flag(flags, "--allow-net"), "hidden:7001");
  assertEquals(flag(flags, "--allow-read"), "/run/redis,/run/keys");
});

Deno.test("permissionFlags() gives nothing for wrong values, so that the program starts and reports them", () => {
  const spaced = { ...ticketKeys, name: "CAST_SPACED" };
  const flags = permissionFlags(
    { apiPort, opsPort, redisUrl, postgresUrl, kafkaBrokers, ticketKeys, spaced },
    {
      CAST_API_PORT: "http",
      CAST_OPS_PORT: "",
      CAST_REDIS_URL: "redis://a,b:1",
      CAST_POSTGRES_URL_FILE: "/run/absent",
      CAST_KAFKA_BROKERS: "kafka,other:9092",
      CAST_TICKET_KEYS_FILE: "/run,/etc",
      CAST_SPACED_FILE: "/run /etc",
    },
    { readFile: noFile },
  );
  assertEquals(flag(flags, "--allow-net"), undefined, "and never a bare --allow-net, which means anywhere");
  assert(!flags.includes("--allow-net"));
  assertEquals(flag(flags, "--allow-read"), "/run/absent");
});

Deno.test("permissionFlags() returns flags that Deno accepts", async () => {
  const environments = [
    {
      CAST_REDIS_URL: "redis://[::1]:6379",
      CAST_KAFKA_BROKERS: "k-0.kafka_net:9092,10.0.0.1:9093,[::1]:9094",
    },
    { CAST_REDIS_URL: "nonsense", CAST_KAFKA_BROKERS: "kafka", CAST_OPS_PORT: "99999" },
  ];
  for (const environment of environments) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", ...permissionFlags({ opsPort, redisUrl, kafkaBrokers }, environment), "-"],
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
  }
});
