import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "node:path";
// @ts-types="@types/pg"
import pg from "pg";
import { LOOPBACK } from "../../stack/ports.ts";
import { createTcpProxy } from "../../../shared/testing/tcp_proxy.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { type ChaosPostgres, createChaosPostgres } from "./chaos_postgres.ts";
import { serverProcesses } from "./postgres_processes.ts";
import { createTestRun, hasEmbeddedStores, lives } from "./testing/test_run.ts";

const ignore = !hasEmbeddedStores();

Deno.test({
  name: "restore() brings back what was committed when the backup ended, and nothing later",
  ignore,
}, async () => {
  await using lab = await createLab();
  const { postgres } = lab;
  const writing = startWriting(postgres.address());
  await waitFor(() => writing.commits.length > 200, { what: "the load" });
  const backup = await postgres.backup();
  const count = writing.commits.length;
  await waitFor(() => writing.commits.length > count + 200, { what: "the load to go on" });
  await writing.stop();
  const [early, late] = [
    writing.commits.filter(({ doneAtMs }) => doneAtMs < backup.everythingUntilMs).map(({ id }) => id),
    writing.commits.filter(({ sentAtMs }) => sentAtMs > backup.nothingAfterMs).map(({ id }) => id),
  ];
  assertEquals([early.length > 100, late.length > 100], [true, true]);
  // A later file would hold commits of the moments after the end.
  const [{ file: lastFile } = {}] = await query(
    postgres,
    `select pg_walfile_name('${backup.stopLsn}') as file`,
  );
  assertEquals((await walFiles(backup.folder)).at(-1), lastFile);
  // The second time the first restored server has written to its data, not to the backup.
  for (const _ of [1, 2]) {
    await postgres.restore(backup);
    const there = new Set(await readIds(postgres));
    assertEquals([early.filter((id) => !there.has(id)), late.filter((id) => there.has(id))], [[], []]);
    await query(postgres, "insert into votes select max(id) + 1000000 from votes");
  }
});

Deno.test(
  { name: "a killed Postgres leaves no process and keeps its rows, also when it was paused", ignore },
  async () => {
    await using lab = await createLab();
    const { postgres } = lab;
    await query(postgres, "insert into votes values (1)");
    for (const isPaused of [false, true]) {
      const processes = await serverProcesses(postgres.pid() ?? 0);
      assertNotEquals(processes.length, 0);
      if (isPaused) await postgres.pause();
      await postgres.kill();
      assertEquals(postgres.pid(), undefined);
      for (const pid of processes) {
        await waitFor(async () => !await lives(pid), {
          what: `the end of ${pid}`,
        });
      }
      await postgres.start();
      assertEquals(await readIds(postgres), [1]);
    }
  },
);

Deno.test({ name: "a paused Postgres answers nobody until it is resumed", ignore }, async () => {
  await using lab = await createLab();
  const { postgres } = lab;
  const client = new pg.Client({ connectionString: postgres.address() });
  await client.connect();
  await postgres.pause();
  let answered = false;
  const answer = client.query("insert into votes values (1)").then(() => answered = true);
  // Its backend has a session of its own: stopping the server's group would leave it at work.
  for (const pid of await serverProcesses(postgres.pid() ?? 0)) assertEquals(await stateOf(pid), "T");
  assertEquals(answered, false);
  await postgres.resume();
  await answer;
  await client.end();
  assertEquals(await readIds(postgres), [1]);
});

interface Lab extends AsyncDisposable {
  postgres: ChaosPostgres;
}

async function createLab(): Promise<Lab> {
  const run = await createTestRun();
  const proxy = createTcpProxy({ hostname: LOOPBACK, port: 1 });
  const postgres = await createChaosPostgres(run, proxy);
  await query(postgres, "create table votes (id integer primary key)");
  return {
    postgres,
    async [Symbol.asyncDispose]() {
      await postgres.end();
      await proxy[Symbol.asyncDispose]();
      await run[Symbol.asyncDispose]();
    },
  };
}

interface Commit {
  id: number;
  sentAtMs: number;
  doneAtMs: number;
}

/** Four sessions that commit one row after the other. */
function startWriting(address: string): { commits: Commit[]; stop(): Promise<void> } {
  const commits: Commit[] = [];
  let stopping = false;
  let lastId = 0;
  const write = async () => {
    const client = new pg.Client({ connectionString: address });
    await client.connect();
    while (!stopping) {
      const [id, sentAtMs] = [lastId += 1, Date.now()];
      await client.query("insert into votes values ($1)", [id]);
      commits.push({ id, sentAtMs, doneAtMs: Date.now() });
    }
    await client.end();
  };
  const writers = [write(), write(), write(), write()];
  return {
    commits,
    async stop() {
      stopping = true;
      await Promise.all(writers);
    },
  };
}

async function walFiles(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(folder, "pg_wal")));
  return entries.filter((entry) => entry.isFile).map(({ name }) => name).toSorted();
}

async function readIds(postgres: ChaosPostgres): Promise<number[]> {
  return (await query(postgres, "select id from votes")).map(({ id }) => id as number);
}

async function query(postgres: ChaosPostgres, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.address() });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function stateOf(pid: number): Promise<string> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "state=", "-p", `${pid}`] }).output();
  return new TextDecoder().decode(stdout).trim().slice(0, 1);
}
