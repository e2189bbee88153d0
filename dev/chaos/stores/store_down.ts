/** A store that did not come back after what was done to it: the run cannot go on, and that is no fault of the programs. */

export class StoreDownError extends Error {
  override readonly name = "StoreDownError";
}

/** Whatever `act` fails with, as the end of the run. */
export async function orStoreDown<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new StoreDownError(`${what}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
