/** Counts what reaches Web Crypto, and can hold it there, so that tests decide who overtakes whom. */

export interface MacChecks extends Disposable {
  readonly count: number;
  /** From now on every check stays unanswered until it is released. */
  hold(): void;
  readonly held: number;
  /** Lets go one held check, the one at the index. */
  release(index: number): void;
}

/** One at a time: it stands in for `crypto.subtle.verify` until it is disposed of. */
export function watchMacChecks(): MacChecks {
  const { subtle } = crypto;
  const verify = subtle.verify;
  const waiting: (() => void)[] = [];
  let count = 0;
  let holding = false;
  subtle.verify = async (...args: Parameters<typeof verify>) => {
    count += 1;
    const isGenuine = await verify.apply(subtle, args);
    if (holding) await new Promise<void>((resolve) => waiting.push(resolve));
    return isGenuine;
  };
  return {
    get count() {
      return count;
    },
    hold: () => void (holding = true),
    get held() {
      return waiting.length;
    },
    release(index) {
      const [go] = waiting.splice(index, 1);
      if (!go) throw new Error(`Release a mac check: none at ${index}`);
      go();
    },
    [Symbol.dispose]: () => void (subtle.verify = verify),
  };
}
