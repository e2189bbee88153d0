/**
 * A minute of the fault runner: the faults that have the most to tell, at a rate that a busy machine bears. The nightly
 * run has all of them, for half an hour.
 */
import { findJava } from "../stack/embedded_kafka.ts";
import { SetupError } from "../stack/setup_error.ts";
import { denoStep, type Step } from "./step.ts";

const FAULTS = "kill,wipe_redis,stale_redis,swallow_acknowledgements,postgres_backup";

export function chaosStep(): Step {
  const { name, run } = denoStep("chaos", [
    ...["run", "--frozen", "--allow-all", "dev/chaos/main.ts"],
    ...["--minutes", "1", "--rate", "300", "--seed", "1", "--faults", FAULTS],
  ]);
  return {
    name,
    async run() {
      try {
        // Its stores are native processes whatever the tests use, since it takes their disks away.
        await findJava(Deno.env.get("JAVA_HOME"));
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        return { kind: "skipped", reason: "Java 17 or later missing" };
      }
      return await run();
    },
  };
}
