/** `deno task docs [--check]`: writes the tables that are made from the source, or says which are stale. */
import { metricsTable } from "./gate/metrics_table.ts";
import { settingsTable } from "./gate/settings_table.ts";
import { type GeneratedTable, withTables } from "./gate/with_tables.ts";

const OPERATIONS = new URL("../docs/operations.md", import.meta.url);
const TABLES: readonly GeneratedTable[] = [
  { name: "settings", table: settingsTable() },
  { name: "metrics", table: await metricsTable() },
];

/** The tables as `deno fmt` would leave them, so that writing and formatting never disagree. */
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

const current = await Deno.readTextFile(OPERATIONS);
const wanted = await formatted(withTables(current, TABLES));
if (current === wanted) Deno.exit(0);
if (Deno.args.includes("--check")) {
  console.error("Bring docs/operations.md up to date: a table is stale; run deno task docs");
  Deno.exit(1);
}
await Deno.writeTextFile(OPERATIONS, wanted);
