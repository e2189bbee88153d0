/** The fenced examples of a page of the docs, those that something can run. */

/** As the fence names it; whatever has another name is for reading. */
export type Language = "sh" | "js" | "python" | "go";

export interface Example {
  readonly language: Language;
  readonly text: string;
  /** The last heading above it. */
  readonly heading: string;
  /** Of its fence, from 1. */
  readonly line: number;
}

const LANGUAGES: ReadonlySet<string> = new Set<Language>(["sh", "js", "python", "go"]);
const FENCE = /^```(\w*)$/;

/** Throws where a fence is not closed. */
export function extractExamples(markdown: string): Example[] {
  const examples: Example[] = [];
  let heading = "";
  let open: { readonly language: string; readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    const fence = FENCE.exec(line);
    if (open && fence) {
      if (isLanguage(open.language)) {
        examples.push({
          language: open.language,
          text: `${open.lines.join("\n")}\n`,
          heading,
          line: open.line,
        });
      }
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) open = { language: fence[1] ?? "", line: index + 1, lines: [] };
    else if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
  }
  if (open) throw new Error(`Close the fence of line ${open.line}`);
  return examples;
}

function isLanguage(name: string): name is Language {
  return LANGUAGES.has(name);
}
