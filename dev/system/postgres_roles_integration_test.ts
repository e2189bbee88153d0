/**
 * The roles of shared/postgres/roles.sql on a real Postgres: each does all that its programs do, has nothing that they do
 * not use, and is refused the rest.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { migrate } from "../../shared/postgres/migrate.ts";
import { createPostgresPool, type PostgresPool } from "../../shared/postgres/pool.ts";
import { applyRoles, POSTGRES_ROLES } from "../../shared/postgres/roles.ts";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { runOperator, runPersister } from "./postgres_roles_flow.ts";
import { haveEmbeddedStores, startSecureStores } from "./secure/secure_stores.ts";

const ignore = !await haveEmbeddedStores();
const SCHEMA = "roles";
const PASSWORD = "a password of 24 letters";
const EPOCH = 1_790_000_000_000;
type Role = "cast_owner" | typeof POSTGRES_ROLES[number];

const FORBIDDEN_TO_ALL = [
  "delete from vote_events",
  "truncate vote_events",
  "update vote_events set usernames = '{mallory}'",
  "update vote_events set counts = '{1000}'",
  "update vote_events set vote_id = gen_random_uuid()",
  "update vote_events set repeat_of = vote_id",
  "delete from votes",
  "update votes set username = 'mallory'",
  "delete from epochs",
  "delete from consumed",
  "delete from accepted_losses",
  "delete from forgotten_records",
  "delete from poll_revisions",
  "update poll_revisions set voting = 'open'",
  "drop table votes",
  "alter table votes add column x int",
  "create table mine (x int)",
  "create schema mine",
  "create role mine",
  "insert into migrations (number, name) values (99, 'mine')",
  "delete from migrations",
  "set role cast_owner",
  "copy votes to program 'true'",
  "select pg_read_file('/etc/passwd')",
  "select * from pg_authid",
  "alter system set fsync = off",
  "set session_replication_role = replica",
];
const FORBIDDEN: Readonly<Record<typeof POSTGRES_ROLES[number], readonly string[]>> = {
  cast_persister: [
    "update accepted_losses set last_version = 9",
    "insert into accepted_losses values (0, 1, 1, 1)",
  ],
  cast_operator: [
    "insert into votes (shard, username, count, version) values (0, 'mallory', 1, 1)",
    "update votes set count = 0",
    "insert into vote_events select * from vote_events",
    "update vote_events set carry = 0",
    "select voter from vote_events",
    "select request_id, fingerprint from vote_events",
    "update shards set epoch = 0",
    "update epochs set included_version = 0",
  ],
  cast_reader: [
    "insert into votes (shard, username, count, version) values (0, 'mallory', 1, 1)",
    "update votes set count = 0",
    "update poll set revision = revision",
    "insert into accepted_losses values (0, 1, 1, 1)",
    "update consumed set next_offset = 0",
    "select voter from vote_events",
    "select * from vote_events",
    "select request_id from vote_events",
  ],
};

interface RolesScene extends AsyncDisposable {
  readonly admin: PostgresPool;
  as(role: Role): PostgresPool;
  /** As on the first day: schema, tables, roles. */
  prepare(): Promise<void>;
}

async function createScene(): Promise<RolesScene> {
  const stores = await startSecureStores({ kafka: false });
  const ending = new AsyncDisposableStack();
  ending.use(stores);
  const log = createSilentLogger();
  const open = (url: URL) => {
    const { caFile } = stores;
    const pool = createPostgresPool({ url, caFile, schema: SCHEMA, connectionsMax: 4, log });
    ending.defer(() => pool.end());
    return pool;
  };
  const admin = open(stores.postgres);
  const pools = new Map<Role, PostgresPool>();
  await admin.query(`create role cast_owner login password '${PASSWORD}'`);
  await admin.query(`create schema ${SCHEMA} authorization cast_owner`);
  // The roles are made by an administrator, their rights are given by the owner.
  for (const role of POSTGRES_ROLES) await admin.query(`create role ${role} login password '${PASSWORD}'`);
  const as = (role: Role) => {
    const url = new URL(stores.postgres);
    [url.username, url.password] = [role, PASSWORD];
    const pool = pools.get(role) ?? open(url);
    pools.set(role, pool);
    return pool;
  };
  return {
    admin,
    as,
    async prepare() {
      await migrate(as("cast_owner"), { schema: SCHEMA, log });
      await applyRoles(as("cast_owner"), { log });
    },
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/** Every right of a role that could be taken from it, as SQL. */
async function rightsOf(admin: PostgresPool, role: Role): Promise<string[]> {
  const { rows } = await admin.query<{ right: string }>(
    `with on_tables as (
       select table_name, privilege_type from information_schema.role_table_grants
       where grantee = $1 and table_schema = $2
     )
     select privilege_type || ' on ' || table_name as right from on_tables
     union all
     select privilege_type || ' (' || column_name || ') on ' || table_name
     from information_schema.role_column_grants c
     where grantee = $1 and table_schema = $2 and not exists (
       select from on_tables t where t.table_name = c.table_name and t.privilege_type = c.privilege_type
     )
     order by 1`,
    [role, SCHEMA],
  );
  return rows.map(({ right }) => right);
}

Deno.test({
  name: "every role of Postgres does all that its programs do, and has no right that nothing needs",
  ignore,
  async fn() {
    await using scene = await createScene();
    await scene.prepare();
    let epoch = EPOCH;
    const next = () => ({ schema: SCHEMA, epoch: epoch += 10 });
    // The ledger of a persister that may do everything: what the operator goes through needs something forgotten.
    const flows: Partial<Record<Role, () => Promise<void>>> = {
      cast_persister: () => runPersister(scene.as("cast_persister"), next()),
      cast_operator: async () => {
        await runPersister(scene.as("cast_persister"), next());
        await runOperator(scene.as("cast_operator"), { schema: SCHEMA, epoch });
      },
    };
    const needless: string[] = [];
    for (const [role, run] of Object.entries(flows) as [Role, () => Promise<void>][]) {
      await run();
      const rights = await rightsOf(scene.admin, role);
      assert(rights.length > 10, `${role} has ${rights.length} rights`);
      for (const right of rights) {
        await scene.admin.query(`revoke ${right} from ${role}`);
        const error = await run().then(() => undefined, (error: unknown) => error);
        await scene.admin.query(`grant ${right} to ${role}`);
        if (error === undefined) needless.push(`${role}: ${right}`);
        else assertMatch(String(error), /permission denied|as its owner first/, `${role} without ${right}`);
      }
      await run();
    }
    assertEquals(needless, []);
  },
});

Deno.test({
  name: "no role of Postgres may delete, rewrite or hide a stored vote, or change what it lies in",
  ignore,
  async fn() {
    await using scene = await createScene();
    await scene.prepare();
    await runPersister(scene.as("cast_persister"), { schema: SCHEMA, epoch: EPOCH });
    for (const role of POSTGRES_ROLES) {
      for (const sql of [...FORBIDDEN_TO_ALL, ...FORBIDDEN[role]]) {
        const error = await assertRejects(
          () => scene.as(role).query(sql),
          Error,
          undefined,
          `${role}: ${sql}`,
        );
        assertEquals((error as { code?: string }).code, "42501", `${role}: ${sql}: ${error.message}`);
      }
    }
    const { rows } = await scene.as("cast_reader").query("select sum(count)::int as total from votes");
    assertEquals(rows, [{ total: 5 }]);
  },
});

Deno.test({
  name: "applyRoles() takes back what it does not grant, and may run twice and eight times at once",
  ignore,
  async fn() {
    await using scene = await createScene();
    await scene.prepare();
    const rights = async () =>
      (await Promise.all(POSTGRES_ROLES.map((role) => rightsOf(scene.admin, role)))).flat();
    const before = await rights();
    await scene.admin.query("grant delete on vote_events to cast_persister, cast_reader");
    await scene.admin.query("grant select on all tables in schema roles to cast_reader");
    assert((await rights()).includes("DELETE on vote_events"));
    const log = createSilentLogger();
    await Promise.all(Array.from({ length: 8 }, () => applyRoles(scene.as("cast_owner"), { log })));
    assertEquals(await rights(), before);
  },
});

Deno.test({
  name: "migrate() tells a role that may not migrate to run deno task prepare, and works for it afterwards",
  ignore,
  async fn() {
    await using scene = await createScene();
    const log = createSilentLogger();
    const persister = scene.as("cast_persister");
    const migrateAsPersister = () => migrate(persister, { schema: SCHEMA, log });
    await assertRejects(
      migrateAsPersister,
      Error,
      "Migrate Postgres as its owner first, with deno task prepare",
    );
    await scene.prepare();
    await migrateAsPersister();
    // The next release's migration is missing.
    await scene.admin.query("delete from migrations where number = (select max(number) from migrations)");
    await assertRejects(migrateAsPersister, Error, "Migrate Postgres as its owner first");
  },
});
