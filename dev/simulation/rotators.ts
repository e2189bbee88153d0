/** The rotators: the project's own code over the simulated Redis, with tickets that nobody has to forge. */
import { createRotator } from "../../workers/ticket_rotator/rotate.ts";
import type { Actor, Life } from "./actor.ts";
import { createRedisLink, type RedisLink } from "./links.ts";
import { createLog, INTERVAL_MS, redisTimeMs, TICKET_LIFE_MS, USES, type World } from "./world.ts";

export function beginRotator(world: World, actor: Actor): Life & { redis: RedisLink } {
  const redis = createRedisLink(world, actor);
  const rotator = createRotator({
    shard: 0,
    intervalMs: INTERVAL_MS,
    lifetimeMs: TICKET_LIFE_MS,
    uses: USES,
    async readShard() {
      const incarnation = redis.incarnation();
      return await redis.call((process) =>
        process.data.readShard({ timeMs: redisTimeMs(world, process), incarnation })
      );
    },
    async mint(input) {
      const incarnation = redis.incarnation();
      return await redis.call((process) => {
        const outcome = process.data.mint(input, { timeMs: redisTimeMs(world, process), incarnation });
        world.count(`mint: ${outcome.kind}`);
        return outcome;
      });
    },
    signer: { sign: ({ epoch, opensAt }) => Promise.resolve(`${epoch}.${opensAt}`) },
    log: createLog(world, { who: actor.name }),
  });
  return { run: rotator.step, redis };
}

/** What the signer above has signed. */
export function readTicket(text: string): { kid: string; shard: number; epoch: number; opensAt: number } {
  const [epoch = 0, opensAt = 0] = text.split(".").map(Number);
  return { kid: "simulated", shard: 0, epoch, opensAt };
}
