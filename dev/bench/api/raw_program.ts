/** The raw handler as a process of its own, with the API's permissions. */
import { apiSettings } from "../../../api/config.ts";
import { permissionFlags } from "../../../shared/config/permissions.ts";
import { TextLineStream } from "../../system/text_lines.ts";

const ROOT = new URL("../../../", import.meta.url);

export interface RawProgram {
  /** Resolves when it listens. */
  readonly port: Promise<number>;
  stop(): Promise<void>;
}

export function startRawHandler(environment: Record<string, string>): RawProgram {
  const env = { CAST_OPS_PORT: "0", CAST_API_PORT: "0", ...environment };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--frozen",
      "--quiet",
      ...permissionFlags(apiSettings, env),
      "dev/bench/api/raw_handler.ts",
    ],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const port = lines.read().then(({ value }) => {
    if (value === undefined) throw new Error("Start the raw handler: it ended before it listened");
    return Number(JSON.parse(value).port);
  });
  // Reported where it is awaited; a cold start asks by HTTP alone.
  port.catch(() => {});
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
      await lines.cancel();
    },
  };
}
