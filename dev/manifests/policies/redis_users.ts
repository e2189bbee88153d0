/** Redis knows the users that the programs are, with the rights of this very version, on the keys that the settings name. */
import { aclFile, REDIS_USERS } from "../../../shared/redis/acl.ts";
import { mountedFiles } from "../mounted_files.ts";
import { containersOf, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { configOf, programContainers } from "../program_container.ts";
import { isRedis } from "./redis.ts";

/** What stands for a password until Redis starts. */
const passwords = Object.fromEntries(REDIS_USERS.map(({ name }) => [name, [`@${name}@`]]));

export const checkRedisUsers: Check = (objects, context) => {
  const prefixes = programContainers(objects, context).map((program) => configOf(program)["redisPrefix"]);
  const prefix = prefixes.find((found) => typeof found === "string") ?? "cast";
  const wanted = aclFile({ prefix: `${prefix}`, passwords }).trim();
  return workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).filter(isRedis).flatMap((container) => {
      const files = mountedFiles(container, workload.pod, { objects, context });
      const found = [...files].find(([path]) => path.endsWith("/users.acl"))?.[1].trim();
      return found === wanted
        ? []
        : [`${workload.id}: its users are not those of CAST_REDIS_PREFIX=${prefix} deno task redis-acl`];
    })
  );
};
