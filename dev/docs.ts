/** `deno task docs [--check]`: writes the README's table of settings, or says that it is stale. */
import { withSettingsTable } from "./gate/settings_table.ts";

const README = new URL("../README.md", import.meta.url);

/** The table as `deno fmt` would leave it, so that writing and formatting never disagree. */
async function formatted(markdown: string): Promise<string> {
  const fmt = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = fmt.stdin.getWriter();
  await writer.write(new TextEncoder().encode(markdown));
  await writer.close();
  return new TextDecoder().decode((await fmt.output()).stdout);
}

const current = await Deno.readTextFile(README);
const wanted = await formatted(withSettingsTable(current));
if (current === wanted) Deno.exit(0);
if (Deno.args.includes("--check")) {
  console.error("Bring README.md up to date: its settings are stale; run deno task docs");
  Deno.exit(1);
}
await Deno.writeTextFile(README, wanted);
