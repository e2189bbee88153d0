/** Votes without end, for as long as a test looks at the system under load; never more than the stores take. */
import { createReadShardScript } from "../../../shared/redis/shard_scripts.ts";
import { createVoteLab } from "../../../shared/testing/vote_lab.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import type { World } from "../../../shared/testing/world.ts";

export interface Voters {
  readonly accepted: number;
  /** Resolves with the number of accepted votes. */
  stop(): Promise<number>;
}

const VOTERS = 8;
const NAMES = 50;

export function startVoters(world: World): Voters {
  const lab = createVoteLab(world.redis, { prefix: world.name });
  const readShard = createReadShardScript(world.redis, world.keys);
  let accepted = 0;
  let cast = 0;
  let isStopping = false;

  async function openTicket() {
    const epoch = await waitFor(async () => {
      const { isOpen, epoch } = await readShard();
      return isOpen ? epoch : undefined;
    }, { what: "an open shard", withinMs: 60_000 });
    const ticket = { kid: "lab", shard: 0, epoch, opensAt: 7000 };
    const isThere = await world.redis.redis.exists(world.keys.ticket(ticket)) === 1;
    if (!isThere) await lab.putTicket({ ticket, uses: 1_000_000_000 });
    return ticket;
  }

  async function vote(): Promise<void> {
    let ticket = await openTicket();
    while (!isStopping) {
      const names = [`name ${cast++ % NAMES}`, "everybody"];
      const outcome = await lab.cast({ ticket, names, counts: [1 + cast % 9, 1] });
      if (outcome.kind === "accepted") accepted += 1;
      else ticket = await openTicket();
    }
  }

  const voting = Promise.all(Array.from({ length: VOTERS }, vote));
  // Told by stop(); a test that fails before must fail for its own reason.
  voting.catch(() => undefined);
  return {
    get accepted() {
      return accepted;
    },
    async stop() {
      isStopping = true;
      await voting;
      return accepted;
    },
  };
}
