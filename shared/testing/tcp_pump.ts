/**
 * One direction of a proxied connection: bytes arrive in the order in which they were sent, late when they are to be late.
 */

/** More than this waits in the sender's and our own system buffers. */
const QUEUED_BYTES_MAX = 4_194_304;
const CHUNK_BYTES = 65_536;

/** How the network treats one direction of all connections of a proxy. */
export interface Weather {
  delayMs: number;
  /** Nothing passes. */
  held: boolean;
  /** Everything is read and thrown away. */
  swallowing: boolean;
  /** Called when one of the others has changed. */
  readonly changed: Set<() => void>;
}

export interface PumpOptions {
  from: Deno.Conn;
  to: Deno.Conn;
  weather: Weather;
  /** Fires when the connection is cut: what is still on its way is lost. */
  cut: AbortSignal;
  onPassed(bytes: number): void;
  onSwallowed(bytes: number): void;
  /** Of what passes, that which waited for as long as the weather wanted. */
  onDelayed(bytes: number): void;
}

export function createWeather(): Weather {
  return { delayMs: 0, held: false, swallowing: false, changed: new Set() };
}

export function changeWeather(weather: Weather, change: Partial<Weather>): void {
  Object.assign(weather, change);
  for (const wake of [...weather.changed]) wake();
}

/** Copies until either side goes away and what it had said is delivered. */
export async function pump(options: PumpOptions): Promise<void> {
  const late = createLateQueue(options);
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    while (true) {
      const length = await options.from.read(buffer);
      if (length === null) break;
      if (options.weather.swallowing) options.onSwallowed(length);
      // The ordinary case costs no copy.
      else if (late.isIdle() && isClear(options.weather)) await deliver(buffer.subarray(0, length), options);
      else await late.push(buffer.slice(0, length));
    }
  } catch {
    // Cut from either side.
  }
  await late.drained();
}

function isClear(weather: Weather): boolean {
  return weather.delayMs === 0 && !weather.held;
}

interface LateQueue {
  isIdle(): boolean;
  /** Resolves when there is room for more. */
  push(bytes: Uint8Array): Promise<void>;
  drained(): Promise<void>;
}

function createLateQueue(options: PumpOptions): LateQueue {
  const { weather, cut } = options;
  const queue: { bytes: Uint8Array; arrivedAtMs: number }[] = [];
  let queuedBytes = 0;
  let draining: Promise<void> | undefined;
  let onRoom = () => {};

  async function drain(): Promise<void> {
    try {
      for (let first = queue[0]; first && !cut.aborted; first = queue[0]) {
        const waitMs = first.arrivedAtMs + weather.delayMs - performance.now();
        if (weather.held || waitMs > 0) {
          await changeOrTime(weather, { cut, waitMs: weather.held ? undefined : waitMs });
          continue;
        }
        if (weather.delayMs > 0) options.onDelayed(first.bytes.length);
        await deliver(first.bytes, options);
        queue.shift();
        queuedBytes -= first.bytes.length;
        onRoom();
      }
    } catch {
      // Cut from either side.
    } finally {
      draining = undefined;
      onRoom();
    }
  }

  return {
    isIdle: () => draining === undefined,
    async push(bytes) {
      queue.push({ bytes, arrivedAtMs: performance.now() });
      queuedBytes += bytes.length;
      draining ??= drain();
      if (queuedBytes > QUEUED_BYTES_MAX && !cut.aborted) {
        await new Promise<void>((resolve) => onRoom = resolve);
      }
    },
    drained: async () => await draining,
  };
}

/** Resolves when the weather changes, the connection is cut or the time is over. */
function changeOrTime(
  { changed }: Weather,
  { cut, waitMs }: { cut: AbortSignal; waitMs: number | undefined },
): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      changed.delete(done);
      cut.removeEventListener("abort", done);
      resolve();
    };
    const timer = waitMs === undefined ? undefined : setTimeout(done, waitMs);
    changed.add(done);
    cut.addEventListener("abort", done);
  });
}

async function deliver(bytes: Uint8Array, { to, onPassed }: PumpOptions): Promise<void> {
  let sent = 0;
  while (sent < bytes.length) sent += await to.write(bytes.subarray(sent));
  onPassed(sent);
}
