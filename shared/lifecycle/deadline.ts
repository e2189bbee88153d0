/** A bound on work that somebody else does and that may never end: a client library, a stop step. */

export interface Deadline {
  readonly ms: number;
  /** For the error: the action that was wanted. */
  readonly what: string;
}

/** Rejects when the work takes longer; the work itself cannot be stopped, so its late outcome is dropped. */
export async function withinDeadline<T>(act: () => T | Promise<T>, { ms, what }: Deadline): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what}: not done after ${ms} ms`)), ms);
  try {
    return await Promise.race([Promise.resolve().then(act), late]);
  } finally {
    clearTimeout(timer);
  }
}
