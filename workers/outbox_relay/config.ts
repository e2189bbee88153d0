/** Settings of the outbox relay. */
import { type ConfigOf, type Environment, parseSettings } from "../../shared/config/parse.ts";
import {
  kafkaBrokers,
  kafkaReplicas,
  kafkaTopic,
  logLevel,
  opsPort,
  redisPrefix,
  redisUrl,
} from "../../shared/config/settings.ts";

export const relaySettings = {
  opsPort: opsPort(8083),
  logLevel,
  redisUrl,
  redisPrefix,
  kafkaBrokers,
  kafkaTopic,
  kafkaReplicas,
};

export type RelayConfig = ConfigOf<typeof relaySettings>;

export function parseRelayConfig(environment: Environment) {
  return parseSettings(relaySettings, environment);
}
