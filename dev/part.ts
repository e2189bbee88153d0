/**
 * `deno task part kill|start <part>`: kills one program or store of the running `deno task dev` with SIGKILL and keeps it
 * down, or starts it again, to see what the others do meanwhile.
 */
import { createCheckout } from "./stack/checkout.ts";
import { readControlFile } from "./stack/control_file.ts";
import { INTERRUPTED, launch } from "./stack/launcher.ts";
import { PROGRAMS } from "./stack/programs.ts";
import { SetupError } from "./stack/setup_error.ts";
import { STORE_NAMES } from "./stack/store.ts";

const ACTS = { kill: "is killed, start it again with: deno task part start", start: "is ready" };
const PARTS: readonly string[] = [...PROGRAMS, ...STORE_NAMES];

async function main(stopping: AbortSignal): Promise<number> {
  const [act, part, ...more] = Deno.args;
  if ((act !== "kill" && act !== "start") || !part || !PARTS.includes(part) || more.length > 0) {
    throw new SetupError(`Give what to do and to which part: deno task part kill|start ${PARTS.join("|")}`);
  }
  const access = await readControlFile(createCheckout());
  if (!access) throw new SetupError("Start deno task dev first, in this checkout");
  stopping.addEventListener("abort", () => Deno.exit(INTERRUPTED));
  const response = await order(`${access.address}/${part}/${act}`, access.token);
  if (response.status === 404) {
    throw new SetupError(`Choose another part: ${part} was not started by deno task dev`);
  }
  if (!response.ok) throw new SetupError(`Try to ${act} ${part}: ${(await response.text()).trim()}`);
  console.log(`${part} ${ACTS[act]}${act === "kill" ? ` ${part}` : ""}`);
  return 0;
}

async function order(url: string, token: string): Promise<Response> {
  try {
    return await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  } catch (cause) {
    throw new SetupError("Start deno task dev again: the one that ran here does not answer", { cause });
  }
}

if (import.meta.main) await launch(main);
