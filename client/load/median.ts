/** Returns the middle of the numbers; of two in the middle, their mean. Throws for none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) {
    throw new Error("Take a median: wanted at least one number");
  }
  return (lower + upper) / 2;
}
