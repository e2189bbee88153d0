/** What is seen from outside is the API alone, under its own paths; locally at port 30000 of a node. */
import { type ManifestObject, nameOf, ofKind } from "../manifest_object.ts";
import type { Check } from "../policy.ts";

const LOCAL_OVERLAY = "local";
const LOCAL_NODE_PORT = 30_000;
const API = "api";

interface ServiceSpec {
  readonly type?: string;
  readonly externalIPs?: unknown;
  readonly ports?: readonly { readonly nodePort?: number; readonly targetPort?: string | number }[];
}

export const checkExposure: Check = (objects, { overlay }) => {
  const services = ofKind(objects, "Service").map((object) => ({
    object,
    spec: (object.spec ?? {}) as ServiceSpec,
  }));
  const nodePorts = services.filter(({ spec }) => spec.type === "NodePort").flatMap(({ spec }) =>
    spec.ports ?? []
  );
  const isLocal = overlay === LOCAL_OVERLAY;
  return [
    ...services.filter(({ object, spec }) => isOpen(spec) && object.metadata.name !== API).map(({ object }) =>
      `${nameOf(object)}: is seen from outside`
    ),
    ...services.filter(({ spec }) =>
      (spec.ports ?? []).some(({ targetPort }) => targetPort === "ops" || targetPort === 8080)
    )
      .map(({ object }) => `${nameOf(object)}: shows the operations port`),
    ...(isLocal === nodePorts.some(({ nodePort }) => nodePort === LOCAL_NODE_PORT) ? [] : [
      `Service/${API}: wanted ${
        isLocal ? `the node port ${LOCAL_NODE_PORT}` : "no node port"
      } in "${overlay}"`,
    ]),
    ...ofKind(objects, "Ingress").flatMap((ingress) =>
      ingressProblems(ingress).map((problem) => `${nameOf(ingress)}: ${problem}`)
    ),
  ];
};

function isOpen({ type, externalIPs }: ServiceSpec): boolean {
  return type === "NodePort" || type === "LoadBalancer" || externalIPs !== undefined;
}

interface IngressSpec {
  readonly ingressClassName?: string;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  readonly rules?: readonly {
    readonly host?: string;
    readonly http?: {
      readonly paths?: readonly {
        readonly path?: string;
        readonly pathType?: string;
        readonly backend?: { readonly service?: { readonly name?: string } };
      }[];
    };
  }[];
}

function ingressProblems({ metadata, spec }: ManifestObject): string[] {
  const { ingressClassName, tls = [], rules = [] } = (spec ?? {}) as IngressSpec;
  const rewrites = Object.keys(metadata.annotations ?? {}).filter((name) =>
    /rewrite|strip|replace|app-root|snippet/.test(name)
  );
  const secured = tls.filter(({ secretName }) => secretName).flatMap(({ hosts = [] }) => hosts);
  const paths = rules.flatMap(({ http }) => http?.paths ?? []);
  return [
    ...rewrites.map((name) => `changes paths by "${name}"`),
    ...(ingressClassName ? [] : ["leaves open which controller takes it"]),
    ...rules.filter(({ host }) => host === undefined || !secured.includes(host)).map(({ host }) =>
      `has no certificate for ${host ?? "any host"}`
    ),
    ...(paths.some(({ path }) => path === "/graphql" || path === "/") ? [] : ["does not lead to /graphql"]),
    // Its files lie below `/web`, and those of a later release may lie elsewhere.
    ...(paths.some(({ path, pathType }) => path === "/" && pathType === "Prefix")
      ? []
      : ["does not lead to the page at /"]),
    ...paths.filter(({ backend }) => backend?.service?.name !== API).map(({ path }) =>
      `leads ${path} past the API`
    ),
  ];
}
