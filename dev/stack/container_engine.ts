/**
 * Whether a container engine answers, and Compose with it.
 */

const ANSWER_DEADLINE_MS = 10_000;

export async function engineAnswers(environment: Record<string, string>): Promise<boolean> {
  const answers = await Promise.all([["compose", "version"], ["info"]].map(async (args) => {
    try {
      const { success } = await new Deno.Command("docker", {
        args,
        env: environment,
        stdin: "null",
        stdout: "null",
        stderr: "null",
        // An engine that hangs is no engine.
        signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
      }).output();
      return success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
        return false;
      }
      throw error;
    }
  }));
  return answers.every((answer) => answer);
}
