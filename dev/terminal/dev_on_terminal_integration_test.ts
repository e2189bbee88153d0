/**
 * `deno task dev` as a developer sees it: on a real terminal, with real stores. It needs python3 for the terminal, and the
 * checkout's one place for a `deno task dev`; without them it is skipped, and says so.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { createCheckout } from "../stack/checkout.ts";
import { readControlFile } from "../stack/control_file.ts";
import { findTool } from "../stack/find_tool.ts";
import { tryClaimRun } from "../stack/run_claim.ts";

const RUNNER = fileURLToPath(new URL("./pty_runner.py", import.meta.url));
const DEV = fileURLToPath(new URL("../dev.ts", import.meta.url));
const PYTHON = findTool("python3", Deno.env.get("PATH") ?? "");
const WITHIN_MS = 120_000;
const CTRL_C = "03";
const [HIDE_CURSOR, OTHER_SCREEN] = ["\x1b[?25l", "\x1b[?1049h"];

async function isFree(): Promise<boolean> {
  const { claim } = await tryClaimRun(createCheckout(), "deno task dev");
  claim?.release();
  return claim !== undefined;
}

async function skipReason(): Promise<string | undefined> {
  if (!PYTHON) return "needs python3";
  return await isFree() ? undefined : "a deno task dev runs in this checkout";
}

/** Runs it, and gives all that the terminal got. */
function runOnTerminal(environment: Record<string, string>) {
  const child = new Deno.Command(PYTHON ?? "", {
    args: [RUNNER, "100", "40", Deno.execPath(), "run", "--allow-all", "--quiet", DEV],
    env: { TERM: "xterm-256color", ...environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const reading = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write: (chunk) => void (text += chunk) }));
  const writer = child.stdin.getWriter();
  return {
    text: () => text,
    order: (line: string) => writer.write(new TextEncoder().encode(`${line}\n`)),
    whenShown: async (wanted: string, from = 0) => {
      try {
        const what = `"${wanted}" on the terminal`;
        const isShown = () => stripVTControlCharacters(text.slice(from)).includes(wanted);
        await waitFor(isShown, { what, withinMs: WITHIN_MS });
      } catch (error) {
        const shown = stripVTControlCharacters(text).slice(-3_000);
        throw new Error(`It shows instead:\n${shown}`, { cause: error });
      }
    },
    ended: async () => {
      const { code } = await child.status;
      await reading;
      await writer.close().catch(() => {});
      return code;
    },
    /** A failed test leaves nothing running: the terminal goes away, and with it what runs on it. */
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      try {
        child.kill("SIGTERM");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await child.status;
      await reading;
    },
  };
}

const reason = await skipReason();

Deno.test({
  name: `deno task dev on a terminal: status, logs, a killed part, resize, Ctrl-C${
    reason ? ` (skipped: ${reason})` : ""
  }`,
  ignore: reason !== undefined,
  fn: async () => {
    await using world = await createWorld();
    // Made here, so that they are taken away with the world.
    await world.postgres();
    await world.kafka();
    await using dev = runOnTerminal(world.environment());
    await dev.whenShown("GraphiQL http://127.0.0.1:");
    await dev.whenShown("votes/s");
    await dev.whenShown("INFO  api_listening");

    const access = await readControlFile(createCheckout());
    assert(access);
    const order = async (act: string) => {
      const headers = { authorization: `Bearer ${access.token}` };
      const response = await fetch(`${access.address}/vote-persister/${act}`, { method: "POST", headers });
      assertEquals(response.status, 204, await response.text());
    };
    let from = dev.text().length;
    await order("kill");
    await dev.whenShown("✗ vote-persister", from);
    await order("start");
    await dev.whenShown("● vote-persister", from);

    from = dev.text().length;
    await dev.order("size 60 40");
    await dev.whenShown("─".repeat(59), from);

    await dev.order(`type ${CTRL_C}`);
    assertEquals(await dev.ended(), 0);
    const text = dev.text();
    assertStringIncludes(text, "The stores are left running, they are not ours");
    assertEquals([HIDE_CURSOR, OTHER_SCREEN].some((sequence) => text.includes(sequence)), false);
    assert(text.lastIndexOf("votes/s") < text.indexOf("Stopping the programs"), "a status after the end");
    assertEquals(await readControlFile(createCheckout()), undefined);
  },
});
