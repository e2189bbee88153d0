/** Everything that one run needs, set up and taken down: stores, two of each program, the history, a way to Postgres. */
import { join } from "node:path";
import { createLogger } from "../../../shared/log/logger.ts";
import { createPostgresPool } from "../../../shared/postgres/pool.ts";
import { type ShardKeys, shardKeys } from "../../../shared/redis/keys.ts";
import type { Checkout } from "../../stack/checkout.ts";
import { removeIfThere } from "../../stack/fetch_once.ts";
import { createHistory } from "../load/history_writer.ts";
import { CHAOS_RUN_PREFIX } from "../stores/chaos_run.ts";
import { type ChaosStores, createChaosStores } from "../stores/chaos_stores.ts";
import { copyFolder } from "../stores/copy_folder.ts";
import { type Arena, createArena } from "./arena.ts";
import { COPIES, COPY_IDS, programSettings, startFleet } from "./fleet.ts";
import { RESTARTED_MS_MAX } from "./program_copy.ts";
import { createSightings } from "./sightings.ts";
import { watchHistory } from "./watched_history.ts";

export interface StageOptions {
  readonly checkout: Checkout;
  /** Names the run, and the folder where history and logs stay. */
  readonly name: string;
  /** The source tree that the programs are run from. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Uses of a ticket, at first. */
  readonly uses: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

export interface Stage {
  readonly arena: Arena;
  readonly keys: { readonly prefix: string; readonly shard: ShardKeys };
  /** Under `.cast/chaos`. */
  readonly folder: string;
  readonly historyPath: string;
  /** Rotators start anew with other uses; resolves when no ticket of the old ones is left. */
  changeUses(uses: number): Promise<void>;
  /** Removes the folder unless it is to be kept; the stores' own logs are kept with it. */
  stop(options: { keep: boolean }): Promise<void>;
}

const PREFIX = "cast";
const TOPIC = "cast.votes";
const SCHEMA = "public";
/** Ours: the checker's own. */
const CONNECTIONS_MAX = 4;
/** Longer than a ticket lives, and the next one that was minted with it. */
const TICKETS_GONE_MS = 5000;
const KEYS = shardKeys({ prefix: PREFIX, shard: 0 });
/** Of changeUses: each rotator in its turn, then their tickets. */
export const CHANGE_USES_MS_MAX = COPIES * RESTARTED_MS_MAX + TICKETS_GONE_MS;

export async function setStage(options: StageOptions): Promise<Stage> {
  const { checkout, name, environment, signal, say } = options;
  const made = await makeFolder(checkout, name);
  let keep = true;
  // Every step of it runs, whatever the one before came to; the last that was begun ends first.
  const ending = new AsyncDisposableStack();
  ending.defer(async () => keep ? undefined : await Deno.remove(made.folder, { recursive: true }));
  const stop = async (how: { keep: boolean }) => {
    keep = how.keep;
    await ending.disposeAsync();
  };
  say("starting Redis, Kafka and Postgres");
  const run = `${CHAOS_RUN_PREFIX}${name.replaceAll("_", "-")}`.slice(0, 40);
  const stores = await createChaosStores({
    checkout,
    run,
    environment: { ...environment },
    clients: COPY_IDS,
    signal,
  });
  ending.defer(() => stores.stop());
  try {
    ending.defer(async () =>
      keep ? await copyFolder({ from: stores.folders.logs, to: join(made.folder, "stores") }) : undefined
    );
    const arena = await fillArena(options, { ...made, stores, ending });
    return {
      arena,
      keys: { prefix: PREFIX, shard: KEYS },
      folder: made.folder,
      historyPath: made.historyPath,
      stop,
      changeUses: (uses) => changeUses(arena, uses),
    };
  } catch (error) {
    await stop({ keep: true }).catch((failure) => say(`could not end what was begun: ${failure}`));
    throw error;
  }
}

interface ArenaMeans extends Awaited<ReturnType<typeof makeFolder>> {
  readonly stores: ChaosStores;
  readonly ending: AsyncDisposableStack;
}

async function fillArena(options: StageOptions, means: ArenaMeans): Promise<Arena> {
  const { root, environment, uses, settings, signal, say } = options;
  const { stores, ending, logFolder, historyPath, log } = means;
  const url = new URL(stores.direct.postgresUrl);
  const pool = createPostgresPool({ url, schema: SCHEMA, connectionsMax: CONNECTIONS_MAX, log });
  ending.defer(() => pool.end());
  const history = watchHistory(createHistory(historyPath));
  ending.defer(() => history.close());
  const sightings = createSightings();
  history.event({ event: "ticket_uses", uses });
  const fleet = startFleet({
    root,
    logFolder,
    pidFolder: stores.folders.pids,
    sightings,
    environment: programSettings({
      environment,
      settings: {
        ...settings,
        CAST_TICKET_USES: `${uses}`,
        CAST_REDIS_PREFIX: PREFIX,
        CAST_KAFKA_TOPIC: TOPIC,
      },
    }),
    addressesFor: stores.addressesFor,
    signal,
  });
  ending.defer(() => fleet.stop());
  say("starting two of each program");
  await fleet.whenReady();
  const { outbox: outboxKey } = KEYS;
  return createArena({ stores, fleet, sightings, history, pool, topic: TOPIC, outboxKey, signal, log });
}

async function changeUses({ fleet, wait, history }: Arena, uses: number): Promise<void> {
  const rotators = fleet.named("ticket_rotator");
  for (const rotator of rotators) await rotator.restart({ CAST_TICKET_USES: `${uses}` });
  await wait(TICKETS_GONE_MS);
  history.event({ event: "ticket_uses", uses });
}

/** A new one in the place of what an earlier run of this name has left. */
async function makeFolder(checkout: Checkout, name: string) {
  const folder = join(checkout.cast, "chaos", name);
  const logFolder = join(folder, "programs");
  await removeIfThere(folder);
  await Deno.mkdir(logFolder, { recursive: true });
  const write = (line: string) => Deno.writeTextFileSync(join(folder, "runner.log"), line, { append: true });
  const log = createLogger({ program: "chaos", level: "info", destination: { write } });
  return { folder, logFolder, historyPath: join(folder, "history.jsonl"), log };
}
