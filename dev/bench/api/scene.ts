/** The API and the raw handler side by side on one open shard, with a ticket that lasts. */
import { createMint, TEST_KEYS } from "../../../api/testing/api_world.ts";
import type { World } from "../../../shared/testing/world.ts";
import { startProgram } from "../../system/running_program.ts";
import { startRawHandler } from "./raw_program.ts";

const OUTBOX_MAX = 100_000_000;
/** What `cas` says of it must fit GraphQL's Int. */
const TICKET_USES = 2_000_000_000;
const TICKET_LIFE_MS = 86_400_000;

export interface OpenShard {
  readonly ticket: string;
  readonly environment: Record<string, string>;
}

export interface ApiScene extends OpenShard {
  /** Up to the path. */
  readonly apiUrl: string;
  readonly rawUrl: string;
}

/** Opens the world's shard with a ticket that outlives every bench. */
export async function openShard(world: World): Promise<OpenShard> {
  await world.openShard(1_000);
  const ticket = await createMint(world)({ uses: TICKET_USES, lifetimeMs: TICKET_LIFE_MS });
  const environment = {
    ...world.environment(),
    CAST_TICKET_KEYS: TEST_KEYS,
    CAST_OUTBOX_MAX: String(OUTBOX_MAX),
  };
  return { ticket, environment };
}

/** Both end with the world. */
export async function startApiScene(world: World): Promise<ApiScene> {
  const shard = await openShard(world);
  const raw = startRawHandler(shard.environment);
  world.defer(() => raw.stop());
  const api = startProgram("api", shard.environment);
  world.defer(() => api.stop("SIGTERM"));
  await api.whenReady();
  const { port } = await api.logged("api_listening");
  return {
    ...shard,
    apiUrl: `http://127.0.0.1:${port}`,
    rawUrl: `http://127.0.0.1:${await raw.port}`,
  };
}

/** Leaves neither side anything of the other's votes to carry. */
export async function removeVotes({ redis: { redis }, keys }: World): Promise<void> {
  await redis.del(keys.outbox);
  for await (const found of redis.scanStream({ match: `${keys.request("")}*`, count: 1000 })) {
    if ((found as string[]).length > 0) await redis.unlink(...found as string[]);
  }
}
