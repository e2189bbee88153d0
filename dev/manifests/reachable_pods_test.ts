import { assertEquals } from "@std/assert";
import { isSolver, podGroups, resolve } from "./reachable_pods.ts";

const OBJECTS = [
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "redis" },
    spec: {
      template: {
        metadata: { labels: { app: "redis" } },
        spec: { containers: [{ name: "redis", ports: [{ name: "redis", containerPort: 6379 }] }] },
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "cache" },
    spec: { selector: { app: "redis" }, ports: [{ port: 80, targetPort: "redis" }] },
  },
  {
    apiVersion: "kafka.strimzi.io/v1",
    kind: "Kafka",
    metadata: { name: "cast" },
    spec: { kafka: { listeners: [{ name: "tls", port: 9093 }] } },
  },
  { apiVersion: "postgresql.cnpg.io/v1", kind: "Cluster", metadata: { name: "postgres" }, spec: {} },
];

function answers(host: string, port: number): string | undefined {
  const target = resolve({ host, port }, OBJECTS);
  return target && `${target.pods.id} ${target.port}`;
}

Deno.test("resolve() follows a Service to the pods behind it and to their port", () => {
  for (const host of ["cache", "cache.cast", "cache.cast.svc.cluster.local", "redis-0.cache"]) {
    assertEquals(answers(host, 80), "StatefulSet/redis 6379");
  }
});

Deno.test("resolve() knows the Services that operators make", () => {
  assertEquals(answers("cast-kafka-bootstrap", 9093), "Kafka/cast 9093");
  assertEquals(answers("cast-broker-10.cast-kafka-brokers.cast.svc", 9093), "Kafka/cast 9093");
  assertEquals(answers("postgres-rw", 5432), "Cluster/postgres 5432");
});

Deno.test("resolve() finds nothing under other names and at other ports", () => {
  assertEquals([answers("cache", 6379), answers("redis", 80), answers("postgres", 5432)], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([answers("cast-kafka-bootstrap", 9092), answers("postgres-ro", 5432)], [undefined, undefined]);
});

Deno.test("podGroups() knows the pods that prove whose host an Ingress names", () => {
  const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "api" } };
  const [solver] = podGroups([ingress]);
  assertEquals(solver?.labels, { "acme.cert-manager.io/http01-solver": "true" });
  assertEquals(solver && isSolver(solver), true);
  assertEquals(podGroups(OBJECTS).some(isSolver), false);
});
