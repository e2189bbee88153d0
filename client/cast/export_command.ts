/** `cast export`: the ledger or the totals, as CSV or NDJSON, to standard output or a file. */
import { Command, Option } from "commander";
import { createPostgresPool } from "../../shared/postgres/pool.ts";
import { type ExportTable, NotReadableError, TABLES } from "../export/columns.ts";
import { exportSettings, parseExportConfig } from "../export/config.ts";
import { exportTable } from "../export/export.ts";
import { type ExportFormat, FORMATS } from "../export/format.ts";
import { createOutputFile } from "../export/output_file.ts";
import { type CastContext, type ExitCode, UsageError } from "./context.ts";
import { createProgress, type Progress } from "./progress.ts";

interface Options {
  readonly format: ExportFormat;
  readonly table: ExportTable;
  readonly output?: string;
  readonly voters?: boolean;
  readonly forSpreadsheet?: boolean;
  readonly json?: boolean;
}

export function exportCommand(context: CastContext, end: (code: ExitCode) => void): Command {
  return new Command("export").description("Write the ledger or the totals as they are at one moment")
    .addOption(new Option("--format <format>", "how").choices(FORMATS).default("csv"))
    .addOption(new Option("--table <table>", "what").choices(TABLES).default("ledger"))
    .option("--output <file>", "where to; it is there whole or not at all (standard output)")
    .option("--voters", "also who voted and the requestId, where the role may read them")
    .option("--for-spreadsheet", "put an apostrophe before what a spreadsheet would take for a formula")
    .option("--json", "print what was done as one JSON object; with --output")
    .action(async (options: Options) => end(await run(context, options)));
}

async function run(context: CastContext, options: Options): Promise<ExitCode> {
  const { screen } = context;
  if (options.json && options.output === undefined) {
    throw new UsageError("Give --output with --json: rows and the report would both go to standard output");
  }
  if (options.forSpreadsheet && options.format !== "csv") {
    throw new UsageError("Give --for-spreadsheet with --format csv: no spreadsheet reads formulas in NDJSON");
  }
  try {
    const rows = await write(context, options);
    const { table, format, output } = options;
    if (options.json) screen.print(JSON.stringify({ table, format, output, rows }));
    else {screen.complain(
        `${rows} ${rows === 1 ? "row" : "rows"} of ${table} exported${
          output === undefined ? "" : ` to ${output}`
        }`,
      );}
    return 0;
  } catch (error) {
    if (!(error instanceof NotReadableError)) throw error;
    screen.complain(`${screen.paintError("red", "refused")}: ${error.message}`);
    return 1;
  }
}

async function write(context: CastContext, options: Options): Promise<number> {
  const { environment, log, screen, signal } = context;
  const { table, format, output, voters = false, forSpreadsheet = false } = options;
  const parsed = parseExportConfig(environment(exportSettings));
  if (!parsed.ok) {
    throw new UsageError(
      ["Name Postgres, or start deno task dev in this folder:", ...parsed.problems].join("\n"),
    );
  }
  const { postgresUrl: url, postgresCaFile: caFile, postgresSchema: schema, logLevel: level } = parsed.config;
  const pool = createPostgresPool({
    url,
    caFile,
    schema,
    connectionsMax: 1,
    log: log({ program: "export", level }),
  });
  let progress: Progress | undefined;
  try {
    await using file = output === undefined ? null : await createOutputFile(output);
    const rows = await exportTable(pool, {
      ...{ table, format, voters, forSpreadsheet, signal },
      write: file ? file.write : screen.write,
      begun({ estimate, leftOut }) {
        if (leftOut.length > 0) {
          screen.complain(`Left out, since this role may not read it: ${leftOut.join(", ")}`);
        }
        // Rows on the same terminal are progress enough.
        if (file || !screen.isTerminal) {
          progress = createProgress({ screen, what: `export ${table}`, unit: "rows", total: estimate });
        }
      },
      moved: (count) => progress?.at(count),
    });
    await file?.keep();
    return rows;
  } finally {
    progress?.end();
    await pool.end();
  }
}
