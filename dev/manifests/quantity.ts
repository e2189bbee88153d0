/** Quantities of Kubernetes: `500m`, `256Mi`, `2`. */

const SUFFIXES: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** In units or bytes; NaN for what is no quantity. */
export function parseQuantity(text: string | number): number {
  const [, digits = "", suffix = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(text)) ?? [];
  return digits === "" ? NaN : Number(digits) * (SUFFIXES[suffix] ?? NaN);
}
