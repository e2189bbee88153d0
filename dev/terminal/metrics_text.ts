/**
 * Reads what a program answers on /metrics: the plain text format of Prometheus, as far as our own programs use it.
 */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  /** May be NaN: "not known". */
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const INFINITY = /^([+-]?)Inf$/;

/** The samples of these names; lines that cannot be understood are left out. */
export function readSamples(text: string, names: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined || value === undefined || !names.has(name)) continue;
    samples.push({ name, labels: readLabels(labels), value: readValue(value) });
  }
  return samples;
}

function readLabels(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, value.replace(/\\(.)/g, "$1")]),
  );
}

function readValue(text: string): number {
  const [, sign] = INFINITY.exec(text) ?? [];
  return sign === undefined ? Number(text) : sign === "-" ? -Infinity : Infinity;
}
