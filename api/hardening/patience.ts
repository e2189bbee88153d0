/**
 * How long strangers are waited for. One timer for all who are being waited for, and none while there is nobody: under
 * load many begin and end within one turn of the event loop, and a timer each would cost as much as reading their body.
 */

/** Resolves as the promise does, or with undefined when it has not come in time; what comes later is dropped. */
export type Patience = <T>(promise: Promise<T>) => Promise<T | undefined>;

interface Awaited {
  readonly untilMs: number;
  readonly giveUp: () => void;
}

export function createPatience(waitMsMax: number): Patience {
  // In the order of their ends, since each is waited for equally long.
  const awaited = new Set<Awaited>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function giveUpOverdue(): void {
    timer = undefined;
    const nowMs = performance.now();
    for (const one of awaited) {
      if (one.untilMs > nowMs) {
        timer = setTimeout(giveUpOverdue, one.untilMs - nowMs);
        return;
      }
      awaited.delete(one);
      one.giveUp();
    }
  }

  function forget(one: Awaited): void {
    awaited.delete(one);
    if (awaited.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  return (promise) =>
    new Promise((resolve, reject) => {
      const one = { untilMs: performance.now() + waitMsMax, giveUp: () => resolve(undefined) };
      awaited.add(one);
      timer ??= setTimeout(giveUpOverdue, waitMsMax);
      promise.then((value) => {
        forget(one);
        resolve(value);
      }, (error) => {
        forget(one);
        reject(error);
      });
    });
}
