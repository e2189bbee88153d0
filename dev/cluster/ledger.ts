/** What the cluster holds in the end: the ledger, read inside the pod of Postgres, and what `verify` says of all stores. */
import type { Ledger } from "./judge.ts";
import type { Kubectl } from "./kubectl.ts";
import { runJob } from "./operator_job.ts";

const LEDGER = `select json_build_object(
  'events', (select coalesce(json_agg(json_build_array(request_id, usernames, counts)), '[]')
    from vote_events where repeat_of is null),
  'votes', (select coalesce(json_object_agg(username, count), '{}') from votes))`;
const VERIFY_DEADLINE_MS = 120_000;

export async function readLedger(kubectl: Kubectl): Promise<Ledger> {
  const psql = ["psql", "--username=postgres", "--dbname=cast", "--tuples-only", "--no-align", "--command"];
  return JSON.parse(await kubectl.run(["exec", "postgres-0", "--", ...psql, LEDGER])) as Ledger;
}

/** Runs `deno task verify` as the operator inside the cluster; answers with its report, throws where it finds a fault. */
export async function verifyInside(kubectl: Kubectl): Promise<string> {
  const { succeeded, printed } = await runJob(kubectl, {
    prefix: "verify",
    template: "verify",
    deadlineMs: VERIFY_DEADLINE_MS,
  });
  if (!succeeded) throw new Error(`Verify the stores: they differ\n${printed}`);
  return printed.split("\n").filter((line) => !line.startsWith("{")).join("\n");
}
