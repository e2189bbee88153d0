/**
 * The containers that run a program of ours, with what the program will find there: its environment, its mounted files,
 * and the permissions that follow from both, worked out by the very code that works them out in the container.
 */
import { permissionFlags } from "../../shared/config/permissions.ts";
import type { Environment } from "../../shared/config/parse.ts";
import { voterJwksUrl } from "../../shared/config/settings.ts";
import type { ManifestObject } from "./manifest_object.ts";
import { contentsOf, type MountedFiles, mountedFiles } from "./mounted_files.ts";
import { type Container, containersOf, isOurs, type Workload, workloadsOf } from "./pod.ts";
import type { PolicyContext } from "./policy.ts";
import type { ProgramSpec } from "./program_spec.ts";

export interface ProgramContainer {
  readonly workload: Workload;
  readonly container: Container;
  /** The argument that starts it. */
  readonly program: string;
  /** Undefined when the image has no such program. */
  readonly spec: ProgramSpec | undefined;
  /** Names that this container alone is given. */
  readonly own: Environment;
  /** Names that it shares with other programs, by a ConfigMap. */
  readonly shared: Environment;
  readonly files: MountedFiles;
  /** Ports. */
  readonly listens: readonly number[];
  readonly connects: readonly Address[];
  /** Where Deno itself sends traces, whatever the program may connect to. */
  readonly collector: Address | undefined;
  /** Where the keys of voters' tokens are fetched: the one address to connect to that is nobody's in the manifests. */
  readonly keyServer: Address | undefined;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function programContainers(
  objects: readonly ManifestObject[],
  context: PolicyContext,
): ProgramContainer[] {
  return workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).filter(isOurs).map((container) => {
      const program = (container.command ?? container.args ?? [])[0] ?? "";
      const spec = context.programs[program];
      const shared = sharedEnvironment(container, { objects, context });
      const own = ownEnvironment(container, { objects, context });
      const files = mountedFiles(container, workload.pod, { objects, context });
      const environment = { ...shared, ...own };
      const addresses = spec ? netAddresses(spec, environment, files) : [];
      const keyServer = keyServerOf(readEnvironment({ spec, own, shared, files }));
      return {
        ...{ workload, container, program, spec, own, shared, files, keyServer },
        listens: addresses.filter(({ host }) => host === "0.0.0.0").map(({ port }) => port),
        connects: addresses.filter(({ host, port }) =>
          host !== "0.0.0.0" && (host !== keyServer?.host || port !== keyServer.port)
        ),
        collector: collectorOf(environment),
      };
    })
  );
}

/** What the program reads in the end: a secret that is given as a file is put in the place of its name. */
export function readEnvironment(
  { spec, own, shared, files }: Pick<ProgramContainer, "spec" | "own" | "shared" | "files">,
): Environment {
  const environment: Record<string, string | undefined> = { ...shared, ...own };
  for (const { name, secret } of Object.values(spec?.settings ?? {})) {
    const path = secret ? environment[`${name}_FILE`] : undefined;
    if (path !== undefined) environment[name] ??= files.get(path)?.trim();
  }
  return environment;
}

/** The settings as the program will have read them; nothing where it would refuse them. */
export function configOf(program: ProgramContainer): Readonly<Record<string, unknown>> {
  const parsed = program.spec?.parse(readEnvironment(program));
  return parsed?.ok ? parsed.config as Record<string, unknown> : {};
}

type Given = { objects: readonly ManifestObject[]; context: PolicyContext };

function sharedEnvironment({ envFrom = [] }: Container, given: Given): Environment {
  return Object.assign(
    {},
    ...envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef
        ? contentsOf({ kind: "ConfigMap", name: configMapRef.name ?? "" }, given)
        : contentsOf({ kind: "Secret", name: secretRef?.name ?? "" }, given)
    ),
  );
}

function ownEnvironment({ env = [] }: Container, given: Given): Environment {
  return Object.fromEntries(env.map(({ name = "", value, valueFrom }) => {
    const { configMapKeyRef: map, secretKeyRef: secret } = valueFrom ?? {};
    if (map) return [name, contentsOf({ kind: "ConfigMap", name: map.name ?? "" }, given)?.[map.key ?? ""]];
    if (secret) {
      return [name, contentsOf({ kind: "Secret", name: secret.name ?? "" }, given)?.[secret.key ?? ""]];
    }
    return [name, value];
  }));
}

function collectorOf(environment: Environment): Address | undefined {
  return environment["OTEL_DENO"] === "true"
    ? addressOf(environment["OTEL_EXPORTER_OTLP_ENDPOINT"])
    : undefined;
}

function keyServerOf(environment: Environment): Address | undefined {
  return addressOf(environment[voterJwksUrl.name]);
}

function addressOf(url = ""): Address | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname, port: Number(port || (protocol === "https:" ? 443 : 80)) };
}

function netAddresses({ settings }: ProgramSpec, environment: Environment, files: MountedFiles): Address[] {
  const flags = permissionFlags(settings, environment, {
    readFile(path) {
      const text = files.get(path);
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
  });
  const net = flags.find((flag) => flag.startsWith("--allow-net="))?.slice("--allow-net=".length);
  return (net?.split(",") ?? []).map((address) => {
    const colon = address.lastIndexOf(":");
    return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  });
}
