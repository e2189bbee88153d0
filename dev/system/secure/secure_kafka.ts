/** A Kafka whose clients come by TLS and a login alone; a plain listener is there for the probe that it runs. */
import { join } from "node:path";
import type { EmbeddedContext } from "../../stack/embedded.ts";
import { kafkaConfig } from "../../stack/embedded_kafka.ts";
import { kafkaAnswers } from "../../stack/kafka_probe.ts";
import { runClient } from "../../stack/run_client.ts";
import { createServer, type StoreServer } from "../../stack/server.ts";
import type { ServerCertificate } from "./certificates.ts";

export interface SecureKafkaOptions {
  readonly java: string;
  readonly classPath: string;
  readonly tls: ServerCertificate;
  /** The first may do everything, the others nothing until somebody lets them. */
  readonly usernames: readonly string[];
  /** Of each. */
  readonly password: string;
}

export interface SecureKafka {
  /** For clients: TLS and a login. */
  readonly port: number;
  /** For nobody but the probe. */
  readonly plainPort: number;
  readonly server: StoreServer;
}

const MECHANISMS = ["SCRAM-SHA-256", "SCRAM-SHA-512"];

export async function prepareSecureKafka(
  context: EmbeddedContext,
  options: SecureKafkaOptions,
): Promise<SecureKafka> {
  const folder = join(context.runFolder, "kafka");
  await Deno.mkdir(folder, { recursive: true });
  const [plainPort, controllerPort, port] = [1, 3, 5].map((place) => context.ports.claim(place)) as [
    number,
    number,
    number,
  ];
  const configPath = join(folder, "server.properties");
  const base = kafkaConfig({ port: plainPort, controllerPort, logs: join(folder, "logs") });
  await Deno.writeTextFile(configPath, `${base}${secureListener(base, { ...options, port })}`);
  const clusterId = crypto.getRandomValues(new Uint8Array(16)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  const { java, classPath, usernames, password } = options;
  const users = MECHANISMS.flatMap((mechanism) =>
    usernames.flatMap((name) => ["--add-scram", `${mechanism}=[name=${name},password=${password}]`])
  );
  await runClient(java, {
    action: "Format Kafka's log folder",
    args: [
      ...["-XX:TieredStopAtLevel=1", "-cp", classPath, "kafka.tools.StorageTool", "format"],
      ...[`--cluster-id=${clusterId}`, "-c", configPath, ...users],
    ],
    install: "install Java 17",
  });
  const server = createServer({
    name: "kafka",
    command: java,
    args: ["-Xmx384m", "-XX:+UseSerialGC", "-cp", classPath, "kafka.Kafka", configPath],
    environment: context.environment,
    logPath: join(context.logFolder, "kafka.log"),
    pidFolder: context.pidFolder,
    workingFolder: folder,
    stopSignal: "SIGTERM",
    stopDeadlineMs: 20_000,
    startAttemptsMax: 1,
    isReady: () => kafkaAnswers(plainPort, clusterId),
  });
  return { port, plainPort, server };
}

/** Of two lines with one name Java takes the second. */
function secureListener(
  base: string,
  { port, tls, usernames, password }: SecureKafkaOptions & { port: number },
): string {
  const valueOf = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(base)?.[1] ?? "";
  const listener = "listener.name.secure";
  const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
  const logins = usernames.map((name) => ` user_${name}="${password}"`).join("");
  const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required${logins};`;
  return Object.entries({
    "listeners": `${valueOf("listeners")},SECURE://127.0.0.1:${port}`,
    "advertised.listeners": `${valueOf("advertised.listeners")},SECURE://localhost:${port}`,
    "listener.security.protocol.map": `${valueOf("listener.security.protocol.map")},SECURE:SASL_SSL`,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    // Who comes by the plain listener is the test, or the broker itself.
    "super.users": `User:ANONYMOUS;User:${usernames[0]}`,
    [`${listener}.sasl.enabled.mechanisms`]: [...MECHANISMS, "PLAIN"].join(","),
    [`${listener}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${listener}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${listener}.plain.sasl.jaas.config`]: plain,
    [`${listener}.ssl.keystore.type`]: "PEM",
    [`${listener}.ssl.keystore.certificate.chain`]: oneLine(tls.certificate),
    [`${listener}.ssl.keystore.key`]: oneLine(tls.key),
  }).map(([name, value]) => `${name}=${value}\n`).join("");
}

/** A backslash before its end goes on with a line of a properties file. */
function oneLine(pem: string): string {
  return pem.trim().replaceAll(/\r?\n/g, " \\\n");
}
