/**
 * One program of the simulation, run call by call. Whatever it asks of a store waits until it is this actor's turn; then
 * the store does it whole, and the actor goes on to its next call. So the order of all calls is the scheduler's alone,
 * and a history with the same turns is the same history.
 */

/** What a store answers when the call has to wait for a lock: it stays, and is tried at the next turn. */
export const BLOCKED: unique symbol = Symbol("blocked");

/** One life of an actor: a crash ends it and another begins with nothing remembered. */
export interface Life {
  /** One step of the program's loop. */
  run(): Promise<unknown>;
  /** What the machine does when the process is gone: its connections end. */
  end?(): void;
  readonly redis?: Connection;
}

/** To Redis: it may be lost and renewed while the program is busy elsewhere. */
export interface Connection {
  /** What happens to it by itself. */
  drift(): void;
  cut(): void;
}

export interface ActorOptions {
  readonly name: string;
  readonly begin: (actor: Actor) => Life;
  /** A step threw: what the program's loop would log and try again. */
  readonly onError: (error: unknown) => void;
}

interface Call {
  readonly act: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

export class Actor {
  readonly name: string;
  /** How often it gets a turn, against others. */
  weight = 1;
  /** Gets no turn before this one. */
  asleepUntilTurn = 0;
  readonly #options: ActorOptions;
  #life: Life;
  #isRunning = false;
  #call: Call | undefined;
  #wake = () => {};

  constructor(options: ActorOptions) {
    this.name = options.name;
    this.#options = options;
    this.#life = options.begin(this);
  }

  /** Between two steps of its loop. */
  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /** Asks a store: `act` runs at this actor's next turn, and what it returns or throws is the answer. */
  call<T>(act: () => T | typeof BLOCKED): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#call = { act, resolve: resolve as Call["resolve"], reject };
      this.#wake();
    });
  }

  /** One turn: the call that waits is done, and the program runs on until it asks again or its step ends. */
  async turn(): Promise<void> {
    this.#life.redis?.drift();
    const call = this.#call;
    if (call) {
      let settle: () => void;
      try {
        const value = call.act();
        if (value === BLOCKED) return;
        settle = () => call.resolve(value as never);
      } catch (error) {
        settle = () => call.reject(error);
      }
      const parked = this.#nextPark();
      this.#call = undefined;
      settle();
      return await parked;
    }
    this.#isRunning = true;
    const parked = this.#nextPark();
    this.#life.run().catch(this.#options.onError).then(() => {
      this.#isRunning = false;
      this.#wake();
    });
    await parked;
  }

  /** Its connection to Redis is lost. */
  cutRedis(): void {
    this.#life.redis?.cut();
  }

  /** Killed: what it had asked is done when `actFirst` says so, but never answered. */
  crash({ actFirst }: { actFirst: boolean }): void {
    try {
      if (actFirst) this.#call?.act();
    } catch {
      // Nobody is left to hear of it.
    }
    this.stop();
    this.#life = this.#options.begin(this);
  }

  /** Ends this life for good. */
  stop(): void {
    this.#call = undefined;
    this.#isRunning = false;
    this.#wake = () => {};
    this.#life.end?.();
  }

  #nextPark(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }
}
