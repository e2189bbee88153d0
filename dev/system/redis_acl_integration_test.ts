/**
 * The users of shared/redis/acl.ts on a real Redis: each does all that its program does, has nothing that it does not
 * use, and is refused the rest.
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { aclFile, REDIS_USERS, type RedisGrant, type RedisUser, userRules } from "../../shared/redis/acl.ts";
import { createRedisClient, type RedisClient } from "../../shared/redis/client.ts";
import { createGuardScripts } from "../../shared/redis/shard_scripts.ts";
import { createVoteLab, LAB_EPOCH } from "../../shared/testing/vote_lab.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { findRedis, withOwnRedis } from "./backpressure_own_redis.ts";
import { forbiddenTo, forbiddenToAll } from "./redis_acl_forbidden.ts";
import { runFlow } from "./redis_acl_flow.ts";
import { recordCommands, type RecordedCommand, scriptLetters } from "./redis_acl_recorder.ts";

const ROOT = new URL("../../", import.meta.url);
const LUA_FOLDER = new URL("shared/redis/lua/", ROOT);
const PASSWORD = "a password of 24 letters";
const HASH = createHash("sha256").update(PASSWORD).digest("hex");
const PROGRAMS = REDIS_USERS.filter(({ withoutPassword }) => !withoutPassword).map(({ name }) => name);

const redisServer = await findRedis();
const ignore = redisServer === undefined;

/** A Redis with the users in it; the world's own connection may do everything. */
async function createAclWorld(shared: World): Promise<{ world: World; as: (user: string) => RedisClient }> {
  const world = await withOwnRedis(shared, redisServer as string);
  for (const user of REDIS_USERS) {
    const rules = userRules(user, { prefix: world.name, passwords: [HASH] });
    await world.redis.redis.call("ACL", "SETUSER", user.name, ...rules);
  }
  const clients = new Map<string, RedisClient>();
  for (const { name } of REDIS_USERS.filter(({ name }) => PROGRAMS.includes(name))) {
    const url = new URL(world.addresses.redisUrl);
    [url.username, url.password, url.pathname] = [name, PASSWORD, "/1"];
    const client = createRedisClient({ url, log: world.log });
    world.defer(() => client.close());
    await client.whenConnected(AbortSignal.timeout(10_000));
    clients.set(name, client);
  }
  return { world, as: (user) => clients.get(user) as RedisClient };
}

/** The whole flow, and what Redis saw of it. */
async function recordFlow(shared: World) {
  const scene = await createAclWorld(shared);
  const { world, as } = scene;
  const recorder = await recordCommands(world.redis.redis);
  world.defer(() => recorder.close());
  await recorder.learnUsers();
  for (const poll of ["listed", "any"] as const) await runFlow({ prefix: world.name, as, poll });
  for (const name of PROGRAMS) {
    // What every connection does first, before anybody could look.
    await as(name).redis.select(1);
    await as(name).redis.info("server");
  }
  return { ...scene, recorded: await recorder.commands() };
}

function distinct(commands: readonly RecordedCommand[]): (readonly string[])[] {
  return [...new Map(commands.map(({ words }) => [JSON.stringify(words), words])).values()];
}

/** Every way to take one thing away from a user's grants, and what it would be. */
function* reductions({ grants }: RedisUser): Generator<{ what: string; grants: RedisGrant[] }> {
  const without = (index: number, grant: RedisGrant) =>
    grants.map((each, place) => place === index ? grant : each).filter(({ commands }) => commands.length > 0);
  for (const [index, { commands, keys }] of grants.entries()) {
    for (const command of commands) {
      const rest = commands.filter((each) => each !== command);
      yield { what: `${command} on ${keys.join(" ")}`, grants: without(index, { commands: rest, keys }) };
    }
    for (const key of keys) {
      const rest = keys.filter((each) => each !== key);
      // A group without keys would be one of commands that touch none.
      const lesser = rest.length === 0 ? [["~nothing"]] : [rest];
      if (key.startsWith("~")) lesser.push([...rest, `%R${key}`], [...rest, `%W${key}`]);
      for (const fewer of lesser) {
        yield {
          what: `${commands.join(" ")} on ${key}, left: ${fewer}`,
          grants: without(index, { commands, keys: fewer }),
        };
      }
    }
  }
}

Deno.test({
  name: "every user of Redis does all that its program does, and each script's every command was seen",
  ignore,
  async fn() {
    await using shared = await createWorld();
    const { recorded, world } = await recordFlow(shared);
    assertEquals([...new Set(recorded.map(({ user }) => user))].sort(), [...PROGRAMS].sort());
    for (const { name } of Deno.readDirSync(LUA_FOLDER)) {
      const text = Deno.readTextFileSync(new URL(name, LUA_FOLDER));
      const ids = [scriptLetters(text), createHash("sha1").update(text).digest("hex")];
      const seen = new Set(
        recorded.filter(({ script }) => ids.includes(script ?? "")).map(({ words }) =>
          words[0]?.toUpperCase()
        ),
      );
      const called = new Set([...text.matchAll(/redis\.p?call\('(\w+)'/g)].map(([, command]) => command));
      assertEquals(
        [...called].filter((command) => !seen.has(command)),
        [],
        `${name}: not gone through by the flow`,
      );
    }
    const log = await world.redis.redis.call("ACL", "LOG") as unknown[];
    assertEquals(log, []);
  },
});

Deno.test({
  name: "no user of Redis has a command, a key or a way to it that nothing needs",
  ignore,
  async fn() {
    await using shared = await createWorld();
    const { recorded, world } = await recordFlow(shared);
    const { redis } = world.redis;
    const needless: string[] = [];
    for (const user of REDIS_USERS.filter(({ name }) => PROGRAMS.includes(name))) {
      const commands = distinct(recorded.filter((each) => each.user === user.name));
      const refusals = async (grants: readonly RedisGrant[]) => {
        const rules = userRules({ grants }, { prefix: world.name, passwords: [] });
        await redis.call("ACL", "SETUSER", "probe", ...rules);
        const judged = await Promise.all(
          commands.map((words) => redis.call("ACL", "DRYRUN", "probe", ...words)),
        );
        return judged.filter((answer) => answer !== "OK").length;
      };
      assertEquals(await refusals(user.grants), 0, `${user.name} as it is`);
      for (const { what, grants } of reductions(user)) {
        if (await refusals(grants) === 0) needless.push(`${user.name}: ${what}`);
      }
    }
    assertEquals(needless, []);
  },
});

Deno.test({
  name: "no user of Redis may do more than its program: stores, settings, other keys, other programs' keys",
  ignore,
  async fn() {
    await using shared = await createWorld();
    const { world, as } = await createAclWorld(shared);
    for (const name of PROGRAMS) {
      for (const words of [...forbiddenToAll(world.keys), ...forbiddenTo(world.keys)[name] ?? []]) {
        const [command = "", ...rest] = words;
        const run = () => as(name).redis.call(command, ...rest);
        const error = await assertRejects(run, Error, undefined, `${name}: ${words.join(" ")}`);
        assert(
          /NOPERM|can't (run this command|access)|ACL failure/.test(error.message),
          `${words.join(" ")}: ${error.message}`,
        );
      }
    }
    assertEquals(await world.redis.redis.dbsize(), 0);
  },
});

Deno.test({
  name: "Redis lets in whom the file of deno task redis-acl names, and nobody without a name",
  ignore,
  async fn() {
    await using shared = await createWorld();
    const world = await withOwnRedis(shared, redisServer as string);
    const passwords = Object.fromEntries(PROGRAMS.map((name) => [name, [HASH, "0".repeat(64)]]));
    const lines = aclFile({ prefix: world.name, passwords }).trim().split("\n");
    await world.redis.redis.call("ACL", "SETUSER", "admin", "on", "nopass", "~*", "&*", "+@all");
    const admin = await connect(world, "admin", "any");
    for (const line of lines) {
      const [word, name = "", ...rules] = line.split(/ (?![^(]*\))/);
      assertEquals(word, "user");
      await admin.redis.call("ACL", "SETUSER", name, ...rules);
    }
    for (const name of PROGRAMS) await connect(world, name, PASSWORD);
    const nobody = createRedisClientAs(world, "", "");
    const stranger = createRedisClientAs(world, "cast-api", "a wrong password of letters");
    await Promise.all(
      [nobody, stranger].map((client) => assertRejects(() => client.whenConnected(AbortSignal.timeout(500)))),
    );
    const warned = JSON.stringify(
      world.log.events,
      (_, value) => value instanceof Error ? value.message : value,
    );
    assertStringIncludes(warned, "NOAUTH");
    assertStringIncludes(warned, "WRONGPASS");
    assert(!warned.includes(PASSWORD) && !warned.includes("a wrong password"), warned);
    // The world goes by its own connection, which came before the file.
    await admin.redis.call("ACL", "SETUSER", "default", "on", "nopass", "~*", "&*", "+@all");
  },
});

Deno.test({
  name: "a vote that a user's missing right stops half way is unknown, never refused",
  ignore,
  async fn() {
    await using shared = await createWorld();
    const { world } = await createAclWorld(shared);
    const user = REDIS_USERS.find(({ name }) => name === "cast-api") as RedisUser;
    const grants = user.grants.filter(({ commands }) => !commands.includes("hincrby"));
    const rules = userRules({ grants }, { prefix: world.name, passwords: [HASH] });
    await world.redis.redis.call("ACL", "SETUSER", user.name, ...rules);
    const guard = createGuardScripts(world.redis, world.keys);
    await guard.claim("lab");
    await guard.open({
      incarnation: world.redis.incarnation(),
      claimId: "lab",
      epoch: LAB_EPOCH,
      restored: false,
    });
    await createVoteLab(world.redis, { prefix: world.name }).putTicket({ uses: 1 });
    const client = await connect(world, user.name, PASSWORD);
    const outcome = await createVoteLab(client, { prefix: world.name }).cast();

    assertEquals(outcome.kind, "unknown");
  },
});

Deno.test("the checked-in users of Redis are those of the list", async () => {
  const passwords = Object.fromEntries(REDIS_USERS.map(({ name }) => [name, [`@${name}@`]]));
  const wanted = aclFile({ prefix: "cast", passwords });
  const files = [new URL("shared/redis/users.acl", ROOT), ...filesBelow(new URL("k8s/", ROOT), "users.acl")];
  for (const file of files) {
    assertEquals(await Deno.readTextFile(file), wanted, `${file.pathname}: deno task redis-acl > the file`);
  }
});

function* filesBelow(folder: URL, wanted: string): Generator<URL> {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  for (const { name, isDirectory } of entries) {
    if (isDirectory) yield* filesBelow(new URL(`${name}/`, folder), wanted);
    else if (name === wanted) yield new URL(name, folder);
  }
}

function createRedisClientAs(world: World, user: string, password: string): RedisClient {
  const url = new URL(world.addresses.redisUrl);
  [url.username, url.password] = [user, password];
  const client = createRedisClient({ url, log: world.log });
  world.defer(() => client.close());
  return client;
}

async function connect(world: World, user: string, password: string): Promise<RedisClient> {
  const client = createRedisClientAs(world, user, password);
  await client.whenConnected(AbortSignal.timeout(10_000));
  return client;
}
