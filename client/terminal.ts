/** What an operator's command says: results on standard output, everything else on standard error, each line whole. */

const encoder = new TextEncoder();

export function print(line: string): void {
  writeAll(Deno.stdout, line);
}

export function complain(line: string): void {
  writeAll(Deno.stderr, line);
}

/** A connection that was refused on every address is an error of errors, with no text of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, line: string): void {
  let bytes = encoder.encode(`${line}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
}
