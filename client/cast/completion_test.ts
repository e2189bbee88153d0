import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { completionScript, SHELLS } from "./completion.ts";
import { cast } from "./testing/run_cast.ts";

/** What a shell offers after these words; undefined where the machine has no such shell. */
async function completed(script: string, words: readonly string[]): Promise<string[] | undefined> {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const asked = `${script}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _cast; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return await run("bash", ["--norc", "-c", asked]);
}

async function run(shell: string, args: string[]): Promise<string[] | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(shell, { args }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    return new TextDecoder().decode(stdout).trim().split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

Deno.test("cast completion bash teaches bash the commands, their options and their words", async () => {
  const { code, stdout: script } = await cast(["completion", "bash"]);
  assertEquals(code, 0);
  const offered = await completed(script, ["cast", "to"]);
  if (offered === undefined) return;
  assertEquals(offered, ["total", "top"]);
  assertEquals(await completed(script, ["cast", "load", "--r"]), ["--rate"]);
  assertEquals(await completed(script, ["cast", "poll", "o"]), ["open"]);
  assertEquals(await completed(script, ["cast", "verify", "--acc"]), ["--accept-loss"]);
  assertEquals(await completed(script, ["cast", "completion", ""]), ["bash", "zsh", "fish"]);
});

Deno.test("cast completion knows every command in every shell, and each shell can read its script", async () => {
  for (const shell of SHELLS) {
    const { code, stdout: script } = await cast(["completion", shell]);
    assertEquals(code, 0);
    for (const name of ["vote", "dead-letters", "doctor"]) assertStringIncludes(script, name);
    await run(shell, ["-n", "-c", script]);
  }
});

Deno.test("completionScript() writes no word that a shell would read as more than a word", () => {
  for (const word of ["a b", "$(rm)", "a;b", "'"]) {
    assertThrows(
      () => completionScript("bash", [{ name: "x", description: "", words: [word] }]),
      Error,
      "Complete",
    );
  }
});
