import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { parseDeployArguments, parseTestArguments } from "./arguments.ts";
import { deploy, whenPrepared } from "./deploy.ts";
import { guessLoad, namesRegistry } from "./image.ts";
import type { Kubectl } from "./kubectl.ts";
import { leftExamples, refuseExamples } from "./left_examples.ts";
import { refuseOtherOverlay } from "./overlay_claim.ts";
import { programImages, withImage } from "./program_image.ts";
import { programSecrets } from "./secrets.ts";

function deployment(image: string, container = "program"): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: any
  annotations:
    note: ${image}
spec:
  template:
    spec:
      containers:
      - image: ${image}
        name: ${container}
`;
}

Deno.test("withImage() puts the image wherever the overlay's own stands, whatever its name, and nowhere else", () => {
  const own = `registry.example.com/polls@sha256:${"0".repeat(64)}`;
  const rendered = [deployment(own), deployment("redis:7.4", "redis")].join("---\n");
  assertEquals(programImages(rendered), [own]);
  const changed = withImage(rendered, "registry/cast:$1");
  assertEquals(programImages(changed), ["registry/cast:$1"]);
  assertEquals(changed, rendered.replace(`- image: ${own}`, () => "- image: registry/cast:$1"));
});

Deno.test("leftExamples() finds what nobody has put their own in the place of, but for pages of alerts", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const alert =
    "apiVersion: a/v1\nkind: PrometheusRule\nmetadata: { name: a }\nspec: { url: git.example.com }\n";
  const rendered = [deployment(`registry.example.com/cast@${digest}`), alert].join("---\n");
  assertEquals(leftExamples(rendered), ["registry.example.com", digest]);
  assertEquals(leftExamples(withImage(rendered, "cast:1").replace(/note: .*/, "")), []);
  assertThrows(() => refuseExamples("production", rendered), Error, "--repository");
});

function kubectlOf(
  lists: Readonly<Record<string, readonly unknown[]>>,
): Kubectl & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    namespace: "cast",
    asked,
    run(args) {
      asked.push(args.join(" "));
      return Promise.resolve("topic refused");
    },
    list: <T>([kind = ""]: readonly string[]) =>
      Promise.resolve((lists[kind.split(",")[0] ?? ""] ?? []) as T[]),
    applySecret: () => Promise.resolve(),
  };
}

Deno.test("refuseOtherOverlay() keeps an overlay out of the namespace of another", async () => {
  const of = (labels: Record<string, string>, objects: unknown[] = []) =>
    kubectlOf({ namespace: [{ metadata: { labels } }], deployments: objects });
  await refuseOtherOverlay(kubectlOf({}), "local");
  await refuseOtherOverlay(of({ "cast/overlay": "production" }, [{}]), "production");
  await assertRejects(
    () => refuseOtherOverlay(of({ "cast/overlay": "production" }, [{}]), "local"),
    Error,
    "--overlay production",
  );
});

Deno.test("refuseOtherOverlay() keeps the local overlay out of a namespace that somebody filled by other means", async () => {
  const of = (objects: unknown[]) => kubectlOf({ namespace: [{ metadata: {} }], deployments: objects });
  await assertRejects(() => refuseOtherOverlay(of([{}]), "local"), Error, "--overlay NAME");
  await refuseOtherOverlay(of([]), "local");
  await refuseOtherOverlay(of([{}]), "production");
});

Deno.test("deploy() applies a given image in the place of the overlay's own, and leaves its label", async () => {
  const rendered = deployment("registry.example.org/cast:1").replace(/note: .*/, "note: none");
  const applied: string[] = [];
  const kubectl = kubectlOf({ job: [{ status: { conditions: [{ type: "Complete", status: "True" }] } }] });
  const run: Kubectl["run"] = (args, stdin) => {
    if (stdin !== undefined) applied.push(...programImages(stdin));
    return args[0] === "kustomize" ? Promise.resolve(rendered) : kubectl.run(args);
  };
  const given = {
    overlay: "event",
    image: "ghcr.io/team/cast@sha256:1",
    load: undefined,
    repository: undefined,
  };
  await deploy({ ...given, kubectl: { ...kubectl, run }, tell: () => {} });
  assertEquals(applied, [given.image]);
  assert(kubectl.asked.includes("label --overwrite namespace cast cast/overlay=event"));
});

Deno.test("deploy() touches nothing where an example is left", async () => {
  const kubectl = kubectlOf({});
  const run: Kubectl["run"] = (args) =>
    args[0] === "kustomize" ? Promise.resolve(deployment("registry.example.org/cast:1")) : kubectl.run(args);
  const given = { overlay: "event", image: undefined, load: undefined, repository: undefined };
  await assertRejects(
    () => deploy({ ...given, kubectl: { ...kubectl, run }, tell: () => {} }),
    Error,
    "registry.example.org",
  );
  assertEquals(kubectl.asked, []);
});

Deno.test("whenPrepared() says at once that prepare has failed, and what it said", async () => {
  const of = (type: string) => kubectlOf({ job: [{ status: { conditions: [{ type, status: "True" }] } }] });
  await whenPrepared(of("Complete"));
  await assertRejects(() => whenPrepared(of("Failed")), Error, "topic refused");
});

Deno.test("programSecrets() gives each program its own users, with the first password, escaped", () => {
  const redis = { "cast-api": "\r\nnew/1\r\nold", "cast-ticket-rotator": "r", "cast-outbox-relay": "o" };
  const users = { redis: { ...redis, "cast-vote-persister": "p", "cast-operator": "q" } };
  const postgres = { cast_owner: "1", cast_persister: "2", cast_operator: "3" };
  const secrets = programSecrets({ ...users, postgres });
  assertEquals(secrets["api-stores"], { redis_url: "redis://cast-api:new%2F1@redis:6379" });
  assertEquals(secrets["vote-persister-stores"], {
    redis_url: "redis://cast-vote-persister:p@redis:6379",
    postgres_url: "postgres://cast_persister:2@postgres:5432/cast",
  });
  assertEquals(secrets["owner-stores"], { postgres_url: "postgres://cast_owner:1@postgres:5432/cast" });
  assertThrows(() => programSecrets({ redis: {}, postgres }), Error, "there is none");
});

Deno.test("the arguments are read, and what is wrong is named", () => {
  assertEquals(parseDeployArguments(["--load", "ctr images  import"])?.load, ["ctr", "images", "import"]);
  assertEquals(parseDeployArguments(["--load", "kind"])?.load, "kind");
  assertEquals(parseDeployArguments(["--help"]), undefined);
  assertEquals(parseTestArguments(["--keep"])?.keep, true);
  assertThrows(() => parseDeployArguments(["--overlay", "../elsewhere"]), Error, "--overlay");
  assertThrows(() => parseTestArguments(["--wrong"]), Error, "--wrong");
  assertThrows(() => parseTestArguments(["--api", "nowhere"]), Error, "--api");
});

Deno.test("guessLoad() knows the usual clusters by their context, and asks about others", () => {
  assertEquals([guessLoad("kind-cast"), guessLoad("minikube"), guessLoad("docker-desktop")], [
    "kind",
    "minikube",
    "none",
  ]);
  assertThrows(() => guessLoad("production"), Error, "--load");
});

Deno.test("namesRegistry() tells a registry from a name of this machine", () => {
  assertEquals(
    ["registry.example.com/cast", "localhost:5000/cast", "localhost/cast"].every(namesRegistry),
    true,
  );
  assertEquals(["cast", "library/cast"].some(namesRegistry), false);
});
