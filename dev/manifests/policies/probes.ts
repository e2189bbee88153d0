/** Kubernetes asks each container whether it has started, whether it lives and whether it can work: three questions, not one. */
import { containersOf, workloadsOf } from "../pod.ts";
import type { Check, PolicyContext } from "../policy.ts";
import { type ProgramContainer, programContainers } from "../program_container.ts";

/** What each probe of ours must ask. A liveness that asked the stores would kill every copy when one store is away. */
const LIVENESS = "/livez";
const READINESS = "/readyz";

export const checkProbes: Check = (objects, context) => [
  ...workloadsOf(objects).filter(({ kind }) => !/Job$/.test(kind)).flatMap((workload) =>
    (workload.pod.containers ?? []).flatMap(({ name, startupProbe, livenessProbe, readinessProbe }) => {
      const missing = Object.entries({ startupProbe, livenessProbe, readinessProbe }).filter(([, probe]) =>
        !probe
      );
      const problems = missing.map(([probe]) => `"${name}" has no ${probe}`);
      const isOne = livenessProbe &&
        JSON.stringify(asked(livenessProbe)) === JSON.stringify(asked(readinessProbe));
      if (isOne && !isSocket(livenessProbe)) {
        problems.push(`"${name}" is asked the same whether it lives and is ready`);
      }
      return problems.map((problem) => `${workload.id}: ${problem}`);
    })
  ),
  ...programContainers(objects, context).filter(({ spec }) => spec?.isService).flatMap((program) =>
    pathProblems(program, context).map((problem) => `${program.workload.id}: ${problem}`)
  ),
  ...workloadsOf(objects).filter(({ kind }) => /Job$/.test(kind)).filter((workload) =>
    containersOf(workload).some(({ livenessProbe, readinessProbe }) => livenessProbe ?? readinessProbe)
  ).map(({ id }) => `${id}: ends by itself and has probes`),
];

function pathProblems({ container, program }: ProgramContainer, { opsPaths }: PolicyContext): string[] {
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path ?? "");
  return [
    ...paths.filter((path) => path !== "" && !opsPaths.has(path)).map((path) =>
      `${program} does not serve ${path}`
    ),
    ...(paths[1] === LIVENESS ? [] : [`is asked "${paths[1]}" whether it lives, wanted ${LIVENESS}`]),
    ...(paths[2] === READINESS ? [] : [`is asked "${paths[2]}" whether it is ready, wanted ${READINESS}`]),
  ];
}

/** A broker that accepts a connection is all that can be asked without a client: its two probes differ in patience alone. */
function isSocket(probe: object): boolean {
  return "tcpSocket" in probe;
}

function asked(probe: object | undefined): unknown {
  const { httpGet, exec } = (probe ?? {}) as { httpGet?: unknown; exec?: unknown };
  return httpGet ?? exec;
}
