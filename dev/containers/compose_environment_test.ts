import { assert, assertEquals } from "@std/assert";
import { parse } from "yaml";
import { PROGRAM_SPECS } from "../manifests/program_spec.ts";

const COMPOSE_FILE = new URL("../../compose.yaml", import.meta.url);
/** The stores of the file have neither TLS nor logins, and there is one Kafka. */
const FIXED = [
  "CAST_REDIS_CA_FILE",
  "CAST_KAFKA_TLS",
  "CAST_KAFKA_CA_FILE",
  "CAST_KAFKA_SASL",
  "CAST_KAFKA_USERNAME",
  "CAST_KAFKA_PASSWORD",
  "CAST_KAFKA_REPLICAS",
  "CAST_POSTGRES_CA_FILE",
];

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, unknown>> }>>;
}

const SERVICES = Object.entries(PROGRAM_SPECS).filter(([, { isService }]) => isService);

Deno.test("compose.yaml hands each program every setting that it reads, and no other", async () => {
  const { services } = parse(await Deno.readTextFile(COMPOSE_FILE), { merge: true }) as ComposeFile;
  assert(SERVICES.length > 0);
  for (const [program, { settings }] of SERVICES) {
    const wanted = Object.values(settings).map(({ name }) => name).filter((name) => !FIXED.includes(name));
    const given = Object.keys(services[program]?.environment ?? {}).map((name) =>
      wanted.includes(name) ? name : name.replace(/_FILE$/, "")
    );
    assertEquals(given.toSorted(), wanted.toSorted(), program);
  }
});
