/**
 * `deno task test:cluster`: the local overlay in a real Kubernetes. Voters vote through the port of a node while every
 * kind of pod is killed by force, then all of them at once, and every program and Redis is rolled. In the end each
 * accepted vote must be in the ledger once, each refused one nowhere, and `verify` must find all stores in agreement.
 */
import { launch } from "../stack/launcher.ts";
import { SetupError } from "../stack/setup_error.ts";
import { waitUntil } from "../stack/wait_until.ts";
import { createApiClient } from "../system/api_client.ts";
import { findApi } from "./api_address.ts";
import { parseTestArguments, TEST_USAGE, type TestArguments } from "./arguments.ts";
import { deploy } from "./deploy.ts";
import { allFaults } from "./faults.ts";
import { faultsOf, judge, type Verdict } from "./judge.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import { readLedger, verifyInside } from "./ledger.ts";
import { startVoters, type Voters } from "./voters.ts";

const NAMESPACE = "cast";
const VOTERS = 8;
const NAMES = ["Ada", "Grace", "Barbara", "Frances", "Jean", "Mary"];
/** From the end of a fault until the next vote is accepted. */
const ACCEPT_DEADLINE_MS = 120_000;
const STORE_DEADLINE_MS = 180_000;

async function main(stopping: AbortSignal): Promise<number> {
  const given = parseTestArguments(Deno.args);
  if (given === undefined) {
    console.log(TEST_USAGE);
    return 0;
  }
  const kubectl = createKubectl({ namespace: NAMESPACE });
  if ((await kubectl.list(["namespace", NAMESPACE])).length > 0) {
    throw new SetupError(
      `Test the cluster: it has a namespace "${NAMESPACE}"; somebody's votes may be in there`,
    );
  }
  try {
    await run(kubectl, { given, stopping });
    return 0;
  } catch (error) {
    if (!stopping.aborted) await tellState(kubectl);
    throw error;
  } finally {
    if (!given.keep) {
      await kubectl.run(["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=180s"]);
    }
  }
}

async function run(
  kubectl: Kubectl,
  { given, stopping }: { given: TestArguments; stopping: AbortSignal },
): Promise<void> {
  const began = performance.now();
  await deploy({ ...given, kubectl, tell: console.log });
  const api = given.api ?? await findApi(kubectl);
  if (api === undefined) throw new SetupError("Find the API: no node answers at its port; give --api URL");
  await createApiClient(api).whenTicketOpen();
  console.log(`deployed after ${seconds(performance.now() - began)}, voting at ${api}`);

  const clients = Array.from({ length: VOTERS }, () => createApiClient(api));
  const voters = startVoters({ clients, names: NAMES });
  let ended = 0;
  try {
    await whenAcceptedAgain(voters);
    row(["fault", "pods", "ready again", "next vote", "accepted", "no answer"]);
    for (const fault of allFaults()) {
      stopping.throwIfAborted();
      const [beganMs, accepted, unanswered] = [performance.now(), voters.accepted(), voters.unanswered()];
      const pods = await fault.run(kubectl);
      ended += pods;
      const readyMs = performance.now();
      await whenAcceptedAgain(voters);
      const silent = voters.unanswered() - unanswered;
      const took = [readyMs - beganMs, performance.now() - readyMs].map(seconds);
      row([fault.title, pods, ...took, voters.accepted() - accepted, silent]);
      if (fault.isGentle && silent > 0) throw new Error(`${fault.title}: ${silent} questions had no answer`);
    }
  } finally {
    await voters.finish();
  }
  await agreement(kubectl, { voters, ended });
  console.log(`passed in ${seconds(performance.now() - began)}`);
}

async function whenAcceptedAgain(voters: Voters): Promise<void> {
  const before = voters.accepted();
  await waitUntil(() => Promise.resolve(voters.accepted() > before), {
    what: "a vote is accepted",
    deadlineMs: ACCEPT_DEADLINE_MS,
  });
}

async function agreement(
  kubectl: Kubectl,
  { voters, ended }: { voters: Voters; ended: number },
): Promise<void> {
  let verdict: Verdict | undefined;
  // What nobody knew of may still be under way; verify waits for the rest.
  await waitUntil(async () => {
    verdict = judge(voters.votes, await readLedger(kubectl));
    return verdict.lost.length === 0;
  }, { what: "Postgres holds every accepted vote", deadlineMs: STORE_DEADLINE_MS }).catch((error) => {
    if (!verdict) throw error;
  });
  const report = await verifyInside(kubectl);
  verdict = judge(voters.votes, await readLedger(kubectl));
  console.log(await kubectl.run(["get", "pods"]));
  console.log(report);
  console.log(
    `${ended} pods ended; ${verdict.accepted} votes accepted, ${verdict.settled} of them after an unknown outcome, ` +
      `${verdict.refused} refused, ${verdict.unknown} never known (${verdict.unknownStored} stored); ` +
      `lost ${verdict.lost.length}, doubled ${verdict.doubled.length}`,
  );
  const faults = faultsOf(verdict);
  if (faults.length > 0) {
    throw new Error(`Compare the ledger with what voters were told: ${faults.join("; ")}`);
  }
}

async function tellState(kubectl: Kubectl): Promise<void> {
  const looks = [
    ["get", "pods", "--output=wide"],
    ["get", "events", "--field-selector=type=Warning"],
    ["logs", "--selector=app.kubernetes.io/part-of=cast", "--tail=10", "--prefix", "--max-log-requests=20"],
  ];
  for (const look of looks) console.error(await kubectl.run(look).catch(String));
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function row(cells: readonly (string | number)[]): void {
  console.log(cells.map((cell, index) => `${cell}`.padEnd(index === 0 ? 34 : 14)).join("").trimEnd());
}

if (import.meta.main) await launch(main);
