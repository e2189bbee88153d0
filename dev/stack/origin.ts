/**
 * The choice of where the stores come from.
 */
import { SetupError } from "./setup_error.ts";
import type { Origin, StoreAddresses } from "./store.ts";

const ADDRESS_VARIABLES = ["CAST_REDIS_URL", "CAST_KAFKA_BROKERS", "CAST_POSTGRES_URL"] as const;

export type Choice = { origin: "environment"; addresses: StoreAddresses } | {
  origin: Exclude<Origin, "environment">;
};

export interface ChoiceOptions {
  environment: Record<string, string>;
  /** What `--stores=` says. */
  wanted?: "compose" | "embedded" | undefined;
  /** Whether a container engine with Compose answers; asked only when it matters. */
  engineAnswers: () => Promise<boolean>;
}

/** What `--stores=` says; else all three addresses, when given; else Compose, when an engine answers; else embedded. */
export async function chooseOrigin(options: ChoiceOptions): Promise<Choice> {
  if (options.wanted === "embedded") return { origin: "embedded" };
  if (options.wanted === undefined) {
    const addresses = givenAddresses(options.environment);
    if (addresses) return { origin: "environment", addresses };
  }
  const answers = await options.engineAnswers();
  if (answers) return { origin: "compose" };
  if (options.wanted === undefined) return { origin: "embedded" };
  throw new SetupError(
    'Use --stores=compose: start Docker first, "docker compose version" and "docker info" must succeed',
  );
}

function givenAddresses(environment: Record<string, string>): StoreAddresses | undefined {
  const missing = ADDRESS_VARIABLES.filter((name) => !environment[name]);
  if (missing.length === ADDRESS_VARIABLES.length) return undefined;
  const { CAST_REDIS_URL, CAST_KAFKA_BROKERS, CAST_POSTGRES_URL } = environment;
  if (!CAST_REDIS_URL || !CAST_KAFKA_BROKERS || !CAST_POSTGRES_URL) {
    throw new SetupError(`Set ${missing.join(" and ")} too, or none of ${ADDRESS_VARIABLES.join(", ")}`);
  }
  return { redisUrl: CAST_REDIS_URL, kafkaBrokers: CAST_KAFKA_BROKERS, postgresUrl: CAST_POSTGRES_URL };
}
