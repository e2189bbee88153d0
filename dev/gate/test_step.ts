/** The step that runs every test, and reads how many there were from what the runner prints. */
import { FAILED, type Step, type StepOutcome } from "./step.ts";

/** The runner's last line: `ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)`. */
const SUMMARY =
  /\| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| (\d+) ignored)?/;
// deno-lint-ignore no-control-regex -- terminal colours are control characters
const COLOURS = /\x1b\[[0-9;]*m/g;

export function testStep(): Step {
  return {
    name: "test",
    async run() {
      const child = new Deno.Command(Deno.execPath(), { args: ["task", "--quiet", "test"], stdout: "piped" })
        .spawn();
      const decoder = new TextDecoder();
      let tail = "";
      for await (const bytes of child.stdout) {
        await Deno.stdout.write(bytes);
        tail = (tail + decoder.decode(bytes, { stream: true })).slice(-4000);
      }
      const { success } = await child.status;
      return readSummary(tail, success);
    },
  };
}

/** Exported for its test. A run without a summary has failed, whatever its exit code says. */
export function readSummary(output: string, success: boolean): StepOutcome {
  const match = SUMMARY.exec(output.replace(COLOURS, ""));
  if (!match) return FAILED;
  const [passed, failed, skipped] = [match[1], match[2], match[3] ?? "0"].map(Number) as [
    number,
    number,
    number,
  ];
  if (success && failed === 0 && passed > 0) return { kind: "passed", passed, skipped };
  return { kind: "failed", passed, failed: Math.max(failed, 1), skipped };
}
