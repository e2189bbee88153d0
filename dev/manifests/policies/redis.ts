/**
 * Redis keeps every accepted vote on disk, refuses rather than forgets when it is full, and is one: a replica that is
 * promoted has not seen the last votes.
 */
import { type MountedFiles, mountedFiles } from "../mounted_files.ts";
import { type Container, containersOf, type Workload, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";
import { parseQuantity } from "../quantity.ts";

const WANTED: Readonly<Record<string, string>> = {
  "appendonly": "yes",
  "appendfsync": "always",
  "maxmemory-policy": "noeviction",
};

export const checkRedis: Check = (objects, context) =>
  workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).filter(isRedis).flatMap((container) => {
      const files = mountedFiles(container, workload.pod, { objects, context });
      return [
        ...workloadProblems(workload, container),
        ...directiveProblems(directivesOf(container, files), container),
        ...(context.overlay === "local" ? [] : memoryProblems(container)),
      ].map((problem) => `${workload.id}: ${problem}`);
    })
  );

export function isRedis({ image }: Container): boolean {
  return /(^|\/)(redis|valkey)[:@]/.test(image ?? "");
}

/** A pod that takes more memory than it asked for is the first to go when its node runs short. */
function memoryProblems({ resources: { requests = {}, limits = {} } = {} }: Container): string[] {
  return parseQuantity(requests["memory"] ?? "") === parseQuantity(limits["memory"] ?? "") ? [] : [
    `requests ${requests["memory"]} of memory and may take ${limits["memory"]}: it would be evicted first`,
  ];
}

function workloadProblems({ kind, spec, pod }: Workload, { volumeMounts = [] }: Container): string[] {
  const claims = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name);
  const isKept = volumeMounts.some(({ name, mountPath }) => claims.includes(name) && mountPath === "/data");
  return [
    ...(kind === "StatefulSet" ? [] : [`is a ${kind}, of which two may run at once`]),
    ...(spec.replicas === 1 ? [] : [`has ${spec.replicas} copies, which know nothing of each other`]),
    ...(isKept ? [] : ["keeps /data on no volume claim"]),
    ...((pod.containers ?? []).length === 1 ? [] : ["shares its pod"]),
  ];
}

/** Its configuration file, then its arguments, of which the last word counts. */
function directivesOf(
  { command = [], args = [] }: Container,
  files: MountedFiles,
): ReadonlyMap<string, string> {
  const conf = [...files].filter(([path]) => path.endsWith("/redis.conf")).flatMap(([, text]) =>
    text.split("\n")
  );
  const given = [...command, ...args].join(" ").split(" --").slice(1);
  return new Map(
    [...conf, ...given].map((line) => line.trim()).filter((line) => /^[a-z]/.test(line)).map((line) => {
      const [name = "", ...value] = line.split(/\s+/);
      return [name, value.join(" ")];
    }),
  );
}

function directiveProblems(directives: ReadonlyMap<string, string>, { resources }: Container): string[] {
  const wrong = Object.entries(WANTED).filter(([name, value]) => directives.get(name) !== value);
  const maxMemory = parseRedisBytes(directives.get("maxmemory") ?? "");
  const limit = parseQuantity(resources?.limits?.["memory"] ?? "");
  return [
    ...wrong.map(([name, value]) => `has ${name} ${directives.get(name) ?? "unset"}, wanted ${value}`),
    ...(directives.has("replicaof") ? ["follows another Redis"] : []),
    // Rewriting the append-only file may double what it needs for a moment.
    ...(2 * maxMemory <= limit
      ? []
      : [`has maxmemory ${directives.get("maxmemory") ?? "unset"}, wanted half of its limit at most`]),
  ];
}

/** NaN for what is no amount; 0 means without a bound, which is none. */
function parseRedisBytes(text: string): number {
  const [, digits, unit = ""] = /^([1-9]\d*)(kb|mb|gb)?$/.exec(text) ?? [];
  return Number(digits) * ({ kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 }[unit] ?? 1);
}
