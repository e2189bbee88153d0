/** Settings of the outbox relay. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import { logLevel, opsPort } from "../../shared/config/settings.ts";
import {
  kafkaBrokers,
  kafkaCaFile,
  kafkaPassword,
  kafkaReplicas,
  kafkaSasl,
  kafkaTls,
  kafkaTopic,
  kafkaUsername,
  redisCaFile,
  redisPrefix,
  redisUrl,
} from "../../shared/config/store_settings.ts";
import { kafkaAccessChecks } from "../../shared/kafka/access.ts";
import { redisAccessChecks } from "../../shared/redis/access.ts";

export const relaySettings = {
  opsPort: opsPort(8083),
  logLevel,
  redisUrl,
  redisPrefix,
  kafkaBrokers,
  kafkaTopic,
  kafkaReplicas,
  redisCaFile,
  kafkaTls,
  kafkaCaFile,
  kafkaSasl,
  kafkaUsername,
  kafkaPassword,
};

export type RelayConfig = ConfigOf<typeof relaySettings>;

export function parseRelayConfig(environment: Environment) {
  return parseSettings(relaySettings, environment, [...redisAccessChecks, ...kafkaAccessChecks]);
}
