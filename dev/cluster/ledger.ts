/** What the cluster holds in the end: the ledger, read inside the pod of Postgres, and what `verify` says of all stores. */
import { waitUntil } from "../stack/wait_until.ts";
import type { Ledger } from "./judge.ts";
import type { Kubectl } from "./kubectl.ts";

const LEDGER = `select json_build_object(
  'events', (select coalesce(json_agg(json_build_array(request_id, usernames, counts)), '[]')
    from vote_events where repeat_of is null),
  'votes', (select coalesce(json_object_agg(username, count), '{}') from votes))`;
const VERIFY_DEADLINE_MS = 120_000;

interface Job {
  readonly status: { readonly succeeded?: number; readonly failed?: number };
}

export async function readLedger(kubectl: Kubectl): Promise<Ledger> {
  const psql = ["psql", "--username=postgres", "--dbname=cast", "--tuples-only", "--no-align", "--command"];
  return JSON.parse(await kubectl.run(["exec", "postgres-0", "--", ...psql, LEDGER])) as Ledger;
}

/** Runs `deno task verify` as the operator inside the cluster; answers with its report, throws where it finds a fault. */
export async function verifyInside(kubectl: Kubectl): Promise<string> {
  const name = `verify-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  await kubectl.run(["create", "job", name, "--from=cronjob/verify"]);
  let job: Job | undefined;
  await waitUntil(async () => {
    [job] = await kubectl.list<Job>(["job", name]);
    return (job?.status.succeeded ?? 0) + (job?.status.failed ?? 0) > 0;
  }, { what: "verify has compared the stores", deadlineMs: VERIFY_DEADLINE_MS });
  const report = await kubectl.run(["logs", `--selector=job-name=${name}`, "--tail=-1"]);
  if (!job?.status.succeeded) throw new Error(`Verify the stores: they differ\n${report}`);
  return report.split("\n").filter((line) => !line.startsWith("{")).join("\n");
}
