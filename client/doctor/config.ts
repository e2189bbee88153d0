/** Settings of `cast doctor`: each store's own, so that a store that is not named is skipped, and no other with it. */
import {
  type Environment,
  type ParseResult,
  parseSettings,
  type Settings,
} from "../../shared/config/parse.ts";
import { outboxMax, ticketIntervalMs } from "../../shared/config/settings.ts";
import {
  kafkaReplicas,
  kafkaTopic,
  postgresCaFile,
  postgresSchema,
  postgresUrl,
  redisCaFile,
  redisPrefix,
  redisUrl,
} from "../../shared/config/store_settings.ts";
import { kafkaAccessChecks, kafkaAccessSettings } from "../../shared/kafka/access.ts";
import { postgresAccessChecks } from "../../shared/postgres/access.ts";
import { redisAccessChecks } from "../../shared/redis/access.ts";

const redisSettings = { redisUrl, redisPrefix, redisCaFile, outboxMax, ticketIntervalMs };
const kafkaSettings = { ...kafkaAccessSettings, kafkaTopic, kafkaReplicas };
const postgresSettings = { postgresUrl, postgresSchema, postgresCaFile };

export const doctorSettings = { ...redisSettings, ...kafkaSettings, ...postgresSettings };

type ConfigIn<Result> = Result extends { ok: true; config: infer Config } ? Config : never;
export type RedisConfig = ConfigIn<ReturnType<typeof parseRedis>>;
export type KafkaConfig = ConfigIn<ReturnType<typeof parseKafka>>;
export type PostgresConfig = ConfigIn<ReturnType<typeof parsePostgres>>;

/** Undefined: no address was given. */
export interface DoctorConfig {
  readonly redis: ParseResult<RedisConfig> | undefined;
  readonly kafka: ParseResult<KafkaConfig> | undefined;
  readonly postgres: ParseResult<PostgresConfig> | undefined;
}

export function readDoctorConfig(environment: Environment): DoctorConfig {
  const isGiven = ({ name }: Settings[string]) => (environment[name] ?? "") !== "";
  return {
    redis: isGiven(redisUrl) ? parseRedis(environment) : undefined,
    kafka: isGiven(kafkaAccessSettings.kafkaBrokers) ? parseKafka(environment) : undefined,
    postgres: isGiven(postgresUrl) ? parsePostgres(environment) : undefined,
  };
}

function parseRedis(environment: Environment) {
  return parseSettings(redisSettings, environment, redisAccessChecks);
}

function parseKafka(environment: Environment) {
  return parseSettings(kafkaSettings, environment, kafkaAccessChecks);
}

function parsePostgres(environment: Environment) {
  return parseSettings(postgresSettings, environment, postgresAccessChecks);
}
