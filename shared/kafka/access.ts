/** How Kafka is reached: where it is, whether over TLS and whom it is trusted by, and as whom the program logs in. */
import type { Check, ConfigOf } from "../config/parse.ts";
import {
  kafkaBrokers,
  kafkaCaFile,
  kafkaPassword,
  kafkaSasl,
  kafkaTls,
  kafkaUsername,
} from "../config/store_settings.ts";
import type { KafkaAccess } from "./client.ts";

export const kafkaAccessSettings = {
  kafkaBrokers,
  kafkaTls,
  kafkaCaFile,
  kafkaSasl,
  kafkaUsername,
  kafkaPassword,
};

export type KafkaAccessConfig = ConfigOf<typeof kafkaAccessSettings>;

/** A mistake here would send a password to whoever listens, or none where one was meant. */
export const kafkaAccessChecks: readonly Check<KafkaAccessConfig>[] = [
  ({ kafkaSasl, kafkaTls }) =>
    kafkaSasl === "plain" && kafkaTls === "off"
      ? "Set CAST_KAFKA_TLS to on, or CAST_KAFKA_SASL to scram-sha-512: plain would send the password unencrypted"
      : undefined,
  ({ kafkaSasl, kafkaUsername, kafkaPassword }) =>
    kafkaSasl !== "none" && (kafkaUsername === undefined || kafkaPassword === undefined)
      ? `Set CAST_KAFKA_USERNAME and CAST_KAFKA_PASSWORD: CAST_KAFKA_SASL is ${kafkaSasl}`
      : undefined,
  ({ kafkaSasl, kafkaUsername, kafkaPassword }) =>
    kafkaSasl === "none" && (kafkaUsername !== undefined || kafkaPassword !== undefined)
      ? "Set CAST_KAFKA_SASL: it is none, and CAST_KAFKA_USERNAME or CAST_KAFKA_PASSWORD is given"
      : undefined,
  ({ kafkaTls, kafkaCaFile }) =>
    kafkaTls === "off" && kafkaCaFile !== undefined
      ? "Set CAST_KAFKA_TLS to on: CAST_KAFKA_CA_FILE is given"
      : undefined,
];

/** What `createKafkaClient` wants to know of it. */
export function kafkaAccess(config: KafkaAccessConfig): KafkaAccess {
  const { kafkaBrokers, kafkaTls, kafkaCaFile, kafkaSasl, kafkaUsername, kafkaPassword } = config;
  return {
    brokers: kafkaBrokers,
    ...(kafkaTls === "on" ? { tls: { caFile: kafkaCaFile } } : {}),
    ...(kafkaSasl === "none" ? {} : {
      login: { mechanism: kafkaSasl, username: kafkaUsername ?? "", password: kafkaPassword ?? "" },
    }),
  };
}
