/** What the cluster's test does to the pods: kills every copy of one kind by force, or rolls a workload. */
import { waitUntil } from "../stack/wait_until.ts";
import { whenRolledOut } from "./deploy.ts";
import type { Kubectl } from "./kubectl.ts";

export interface Fault {
  readonly title: string;
  /** Nobody may be left without an answer: copies go one by one, and answer what they have taken. */
  readonly isGentle: boolean;
  /** Resolves when as many pods as before are ready, none of them an old one; answers with how many were ended. */
  run(kubectl: Kubectl): Promise<number>;
}

interface Pod {
  readonly metadata: { readonly uid: string; readonly name: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const DEPLOYMENTS = ["api", "ticket-rotator", "outbox-relay", "vote-persister"];
const STATEFUL_SETS = ["redis", "kafka", "postgres"];
const READY_DEADLINE_MS = 180_000;

export function allFaults(): readonly Fault[] {
  return [
    ...[...DEPLOYMENTS, ...STATEFUL_SETS].map((name) => kill(name)),
    kill(...DEPLOYMENTS, ...STATEFUL_SETS),
    ...DEPLOYMENTS.map((name) => roll(`deployment/${name}`)),
    roll("statefulset/redis"),
  ];
}

function kill(...names: readonly string[]): Fault {
  const selector = `--selector=app.kubernetes.io/name in (${names.join(", ")})`;
  return {
    title: names.length === 1 ? `kill ${names[0]}` : "kill all pods",
    isGentle: false,
    async run(kubectl) {
      const before = await kubectl.list<Pod>(["pods", selector]);
      if (before.length < names.length) throw new Error(`Kill ${names}: found ${before.length} pods`);
      const pods = before.map(({ metadata }) => metadata.name);
      await kubectl.run(["delete", "pods", "--force", "--grace-period=0", ...pods]);
      await whenReplaced(kubectl, { selector, before });
      if (names.includes("redis")) await redisIsWhole(kubectl);
      return before.length;
    },
  };
}

function roll(workload: string): Fault {
  const selector = `--selector=app.kubernetes.io/name=${workload.split("/")[1]}`;
  return {
    title: `restart ${workload}`,
    isGentle: workload.startsWith("deployment/"),
    async run(kubectl) {
      const before = await kubectl.list<Pod>(["pods", selector]);
      await kubectl.run(["rollout", "restart", workload]);
      await whenRolledOut(kubectl, workload);
      await whenReplaced(kubectl, { selector, before });
      if (workload.endsWith("/redis")) await redisIsWhole(kubectl);
      return before.length;
    },
  };
}

/** The guard would restore from Postgres what Redis does not bring back, and hide that its volume is worth nothing. */
async function redisIsWhole(kubectl: Kubectl): Promise<void> {
  const log = await kubectl.run(["logs", "redis-0"]);
  const complaint = log.split("\n").find((line) =>
    line.includes("CRITICAL") || line.includes("Bad file format")
  );
  const isLoaded = log.includes("DB loaded from incr file") ||
    log.includes("DB loaded from append only file");
  if (complaint !== undefined || !isLoaded) {
    throw new Error(`Load Redis from its volume: ${complaint ?? "it found no append-only file there"}`);
  }
}

async function whenReplaced(
  kubectl: Kubectl,
  { selector, before }: { selector: string; before: readonly Pod[] },
): Promise<void> {
  const old = new Set(before.map(({ metadata }) => metadata.uid));
  await waitUntil(async () => {
    const pods = await kubectl.list<Pod>(["pods", selector]);
    return pods.length === before.length && pods.every((pod) => isReady(pod) && !old.has(pod.metadata.uid));
  }, { what: `${before.length} other pods are ready (${selector})`, deadlineMs: READY_DEADLINE_MS });
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}
