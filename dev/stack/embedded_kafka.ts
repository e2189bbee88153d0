/**
 * Kafka as a native process: one broker that is its own KRaft controller.
 */
import { join } from "node:path";
import type { EmbeddedContext, PreparedStore } from "./embedded.ts";
import { exists, removeIfThere } from "./fetch_once.ts";
import { kafkaAnswers } from "./kafka_probe.ts";
import { LOOPBACK } from "./ports.ts";
import { runClient } from "./run_client.ts";
import { createServer } from "./server.ts";
import { SetupError } from "./setup_error.ts";

const JAVA_MIN = 17;
const INSTALL_JAVA = "install Java 17 or newer (the command java), or start Docker and use --stores=compose";

export interface KafkaPorts {
  port: number;
  controllerPort: number;
}

/** One more way in: whoever comes by it is told to come back to another port, that of a proxy before it. */
export interface KafkaDoor {
  port: number;
  advertisedPort: number;
}

export interface PreparedKafka extends PreparedStore {
  clusterId: string;
}

export interface KafkaOptions {
  classPath: string;
  java: string;
  /** Chosen when they are not given. */
  ports?: KafkaPorts | undefined;
  doors?: KafkaDoor[];
}

export async function prepareKafka(context: EmbeddedContext, options: KafkaOptions): Promise<PreparedKafka> {
  const folder = join(context.runFolder, "kafka");
  await Deno.mkdir(folder, { recursive: true });
  const logs = join(folder, "logs");
  const { doors = [] } = options;
  const ports = options.ports ?? { port: context.ports.claim(1), controllerPort: context.ports.claim(3) };
  const configPath = join(folder, "server.properties");
  await Deno.writeTextFile(configPath, kafkaConfig({ ...ports, doors, logs }));
  const clusterId = await format({ ...options, ...ports, folder, logs });
  const address = `${LOOPBACK}:${ports.port}`;
  const server = createServer({
    name: "kafka",
    command: options.java,
    args: [
      "-Xmx512m",
      "-XX:+UseSerialGC",
      "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
      "-Dorg.slf4j.simpleLogger.showDateTime=true",
      "-cp",
      options.classPath,
      "kafka.Kafka",
      configPath,
    ],
    environment: context.environment,
    logPath: join(context.logFolder, "kafka.log"),
    pidFolder: context.pidFolder,
    workingFolder: folder,
    stopSignal: "SIGTERM",
    stopDeadlineMs: 20_000,
    startAttemptsMax: 1,
    isReady: () => kafkaAnswers(ports.port, clusterId),
    signal: context.signal,
  });
  return { address, ports: [...Object.values(ports), ...doors.map(({ port }) => port)], server, clusterId };
}

/** Refuses a Java that is missing or too old for Kafka 4, in one sentence. */
export async function findJava(javaHome: string | undefined): Promise<string> {
  const java = javaHome ? join(javaHome, "bin", "java") : "java";
  const action = "Start Kafka";
  const printed = await runClient("sh", {
    action,
    // macOS has a `java` that only says that there is none, and every Java prints its version on stderr.
    args: ["-c", '"$0" -version 2>&1 || true', java],
    install: INSTALL_JAVA,
  });
  const version = javaMajor(printed);
  if (version === undefined) throw new SetupError(`${action}: ${INSTALL_JAVA}`);
  if (version < JAVA_MIN) throw new SetupError(`${action}: Java ${version} is too old, ${INSTALL_JAVA}`);
  return java;
}

/** The feature version in what `java -version` prints; Java 8 still called itself 1.8. */
export function javaMajor(printed: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(printed);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

export function kafkaConfig(options: KafkaPorts & { doors?: KafkaDoor[]; logs: string }): string {
  const doors = (options.doors ?? []).map((door, index) => ({ ...door, name: `DOOR${index + 1}` }));
  const clients = { name: "CLIENTS", port: options.port };
  const controller = { name: "CONTROLLER", port: options.controllerPort };
  const listeners = [clients, ...doors, controller];
  const advertised = [clients, ...doors.map(({ name, advertisedPort }) => ({ name, port: advertisedPort }))];
  return Object.entries({
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.quorum.voters": `1@${LOOPBACK}:${options.controllerPort}`,
    "listeners": listenerList(listeners),
    "advertised.listeners": listenerList(advertised),
    "listener.security.protocol.map": listeners.map(({ name }) => `${name}:PLAINTEXT`).join(","),
    "inter.broker.listener.name": "CLIENTS",
    "controller.listener.names": "CONTROLLER",
    "log.dirs": options.logs,
    // Topics are made by the programs, with the settings that their promises need.
    "auto.create.topics.enable": false,
    // One broker: every internal topic has one copy, and few partitions so that it starts fast.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    // Waiting for more members of a consumer group only slows a stack of one.
    "group.initial.rebalance.delay.ms": 0,
    // After a crash the controller lets the broker in again only when the session of its former life is over.
    "broker.session.timeout.ms": 2_000,
    "broker.heartbeat.interval.ms": 250,
    // The default takes 128 MB of the heap.
    "log.cleaner.dedupe.buffer.size": 4_194_304,
  }).map(([name, value]) => `${name}=${value}\n`).join("");
}

function listenerList(listeners: { name: string; port: number }[]): string {
  return listeners.map(({ name, port }) => `${name}://${LOOPBACK}:${port}`).join(",");
}

/** Formats the log folder, once: aside and renamed, so that a half formatted one is never used. Answers with the cluster's id. */
async function format(
  options: {
    java: string;
    classPath: string;
    folder: string;
    logs: string;
    port: number;
    controllerPort: number;
  },
): Promise<string> {
  if (!await exists(options.logs)) {
    const part = `${options.logs}.part`;
    await removeIfThere(part);
    const configPath = join(options.folder, "format.properties");
    await Deno.writeTextFile(configPath, kafkaConfig({ ...options, logs: part }));
    const id = crypto.getRandomValues(new Uint8Array(16)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    });
    await runClient(options.java, {
      action: "Format Kafka's log folder",
      // A program that lives for a second is not worth compiling well.
      args: [
        "-XX:TieredStopAtLevel=1",
        "-cp",
        options.classPath,
        "kafka.tools.StorageTool",
        "format",
        // One argument: every 64th id begins with a dash.
        `--cluster-id=${id}`,
        "-c",
        configPath,
      ],
      install: INSTALL_JAVA,
    });
    await Deno.rename(part, options.logs);
  }
  const properties = await Deno.readTextFile(join(options.logs, "meta.properties"));
  const id = /^cluster\.id=(.+)$/m.exec(properties)?.[1];
  if (!id) throw new Error("Read Kafka's log folder: meta.properties names no cluster");
  return id;
}
