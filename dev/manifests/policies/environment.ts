/** What each program is given is what it reads: no name that nobody knows, nothing missing, nothing that it would refuse. */
import type { Check } from "../policy.ts";
import { type ProgramContainer, programContainers, readEnvironment } from "../program_container.ts";

/** What Deno itself reads, to send traces. */
const RUNTIME_NAMES: ReadonlySet<string> = new Set([
  "OTEL_DENO",
  "OTEL_DENO_CONSOLE",
  "OTEL_DENO_METRICS",
  "OTEL_DENO_TRACING",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_PROTOCOL",
  "OTEL_EXPORTER_OTLP_TIMEOUT",
  "OTEL_RESOURCE_ATTRIBUTES",
  "OTEL_SERVICE_NAME",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
]);

export const checkEnvironment: Check = (objects, context) => {
  const known = new Set([
    ...RUNTIME_NAMES,
    ...Object.values(context.programs).flatMap(({ settings }) => namesOf(settings)),
  ]);
  return programContainers(objects, context).flatMap((program) => {
    const { spec, workload } = program;
    if (!spec) return [`${workload.id}: the image has no program "${program.program}"`];
    const unread = Object.keys(program.own).filter((name) =>
      !RUNTIME_NAMES.has(name) && !namesOf(spec.settings).includes(name)
    );
    const unknown = Object.keys(program.shared).filter((name) => !known.has(name));
    const parsed = spec.parse(readEnvironment(program));
    return [
      ...unread.map((name) => `${name} is not read by ${program.program}`),
      ...unknown.map((name) => `${name} is read by no program`),
      ...secretProblems(program),
      ...(parsed.ok ? [] : parsed.problems),
    ].map((problem) => `${workload.id}: ${problem}`);
  });
};

/** A secret is a mounted file: an environment is shown by `kubectl describe` and inherited by whatever is started. */
function secretProblems({ spec, own, shared, files }: ProgramContainer): string[] {
  const environment = { ...shared, ...own };
  return Object.values(spec?.settings ?? {}).flatMap(({ name, secret, use }) => {
    if (secret && name in environment) return [`${name} is a secret: mount it and name it by ${name}_FILE`];
    const path = environment[secret ? `${name}_FILE` : name];
    const isFile = secret || use === "read_file";
    return isFile && path !== undefined && !files.has(path)
      ? [`nothing is mounted at ${path}, for ${name}`]
      : [];
  });
}

function namesOf(settings: Readonly<Record<string, { name: string; secret: boolean }>>): string[] {
  return Object.values(settings).flatMap(({ name, secret }) => secret ? [name, `${name}_FILE`] : [name]);
}
