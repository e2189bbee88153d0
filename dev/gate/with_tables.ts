/** Puts tables that are made from the source between their marks in a document. */

export interface GeneratedTable {
  /** The word in its marks: `<!-- <name>: written by deno task docs -->` and `<!-- /<name> -->`. */
  readonly name: string;
  /** Markdown. */
  readonly table: string;
}

export function withTables(document: string, tables: readonly GeneratedTable[]): string {
  return tables.reduce(withTable, document);
}

function withTable(document: string, { name, table }: GeneratedTable): string {
  const [opening, closing] = [`<!-- ${name}: written by deno task docs -->`, `<!-- /${name} -->`];
  const begin = document.indexOf(opening);
  const end = document.indexOf(closing);
  if (begin < 0 || end < begin) {
    throw new Error(`Find the table of ${name} in the document: wanted "${opening}" and "${closing}"`);
  }
  return `${document.slice(0, begin + opening.length)}\n\n${table}\n\n${document.slice(end)}`;
}
