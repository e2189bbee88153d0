/** A number for each request, in memory outside the heap: millions of objects would cost ten times as much. */

type Numbers = Uint8Array | Uint32Array | Float64Array;

export interface Column {
  get(index: number): number;
  set(index: number, value: number): void;
}

const FIRST_LENGTH = 1 << 12;

/** Everything is 0 until it is set. */
export function createColumn<T extends Numbers>(Type: new (length: number) => T): Column {
  let numbers = new Type(FIRST_LENGTH);
  return {
    get: (index) => numbers[index] ?? 0,
    set(index, value) {
      if (index >= numbers.length) {
        const grown = new Type(Math.max(index + 1, numbers.length * 2));
        grown.set(numbers);
        numbers = grown;
      }
      numbers[index] = value;
    },
  };
}
