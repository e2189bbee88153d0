import { assertEquals, assertRejects } from "@std/assert";
import type { Kubectl } from "./kubectl.ts";
import { runJob, triedOnce } from "./operator_job.ts";

const TEMPLATE = {
  backoffLimit: 1,
  activeDeadlineSeconds: 540,
  template: { spec: { restartPolicy: "Never", containers: [{ name: "program", args: ["verify"] }] } },
};

function kubectlOf(statuses: { succeeded?: number; failed?: number }[]): Kubectl & { created: string[] } {
  const created: string[] = [];
  return {
    namespace: "cast",
    created,
    run([verb, what], stdin) {
      if (stdin !== undefined) created.push(stdin);
      if (verb === "logs") return Promise.resolve("as printed");
      return Promise.resolve(what === "job" ? JSON.stringify({ kind: "Job", spec: TEMPLATE }) : "");
    },
    list: <T>() => Promise.resolve([{ status: statuses.shift() }] as T[]),
    applySecret: () => Promise.resolve(),
  };
}

Deno.test("triedOnce() lets no command run a second time, and no longer than somebody waits for it", () => {
  const { template, ...bounds } = triedOnce(TEMPLATE, { args: ["poll", "close"], deadlineMs: 90_500 });
  assertEquals(bounds, { backoffLimit: 0, activeDeadlineSeconds: 91, ttlSecondsAfterFinished: 86_400 });
  assertEquals(template.spec.containers, [{ name: "program", args: ["poll", "close"] }]);
  assertEquals(triedOnce(TEMPLATE, { deadlineMs: 1_000 }).template, TEMPLATE.template);
});

Deno.test("runJob() waits for the end of the one try, and tells how it was", async () => {
  const run = { prefix: "operator", template: "verify", args: ["poll", "close"], deadlineMs: 60_000 };
  const failing = kubectlOf([{}, { failed: 1 }]);
  assertEquals(await runJob(failing, run), { succeeded: false, printed: "as printed" });
  assertEquals(failing.created.map((text) => JSON.parse(text).spec.backoffLimit), [0]);
  assertEquals((await runJob(kubectlOf([{ succeeded: 1 }]), run)).succeeded, true);
  const signal = AbortSignal.abort(new Error("told to stop"));
  await assertRejects(() => runJob(kubectlOf([{}, {}]), { ...run, signal }));
});
