/**
 * A wall clock that the fault runner can move in one process alone, as a wrong system clock would: `Date.now()` and
 * `new Date()` are off, and everything that asks them with it. `performance.now()` and timers go on as they are, which is
 * also what they do when a machine's clock is set.
 */

export interface MovableClock {
  moveTo(offsetMs: number): void;
}

interface ClockTarget {
  Date: DateConstructor;
}

/** Must run before any module keeps a reference to the clock. */
export function installMovableClock(target: ClockTarget = globalThis): MovableClock {
  const RealDate = target.Date;
  let offsetMs = 0;
  const now = () => RealDate.now() + offsetMs;
  target.Date = new Proxy(RealDate, {
    construct: (real, args, newTarget) =>
      Reflect.construct(
        real,
        args.length === 0 ? [now()] : args,
        newTarget === target.Date ? real : newTarget,
      ),
    apply: () => new RealDate(now()).toString(),
    get: (real, property) => property === "now" ? now : Reflect.get(real, property),
  });
  return { moveTo: (offset) => void (offsetMs = offset) };
}
