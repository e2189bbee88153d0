/** Whether memory is level: a straight line through its samples after the first two minutes. */

export interface MemoryPoint {
  readonly atMs: number;
  readonly bytes: number;
}

export interface MemoryTrend {
  /** From when on it is judged: two minutes; in a run of less than three, the last half. */
  readonly fromMs: number;
  readonly atFromBytes: number;
  readonly endBytes: number;
  readonly maxBytes: number;
  readonly bytesPerMinute: number;
  /** Undefined of a run that is too short to say. */
  readonly isLevel: boolean | undefined;
}

const WARM_UP_MS = 120_000;
const RUN_MS_MIN = 180_000;
/** Of the level, or these bytes: less than garbage collection moves it by. */
const GROWTH_SHARE_MAX = 0.1;
const GROWTH_BYTES_MAX = 16 * 1024 * 1024;
const MINUTE_MS = 60_000;

export function memoryTrend(points: readonly MemoryPoint[]): MemoryTrend {
  const lastMs = points.at(-1)?.atMs ?? 0;
  const isLong = lastMs >= RUN_MS_MIN;
  const fromMs = isLong ? WARM_UP_MS : lastMs / 2;
  const judged = points.filter(({ atMs }) => atMs >= fromMs);
  const perMs = slope(judged);
  const atFromBytes = judged[0]?.bytes ?? 0;
  const growth = perMs * (lastMs - fromMs);
  return {
    fromMs,
    atFromBytes,
    endBytes: judged.at(-1)?.bytes ?? 0,
    maxBytes: Math.max(0, ...points.map(({ bytes }) => bytes)),
    bytesPerMinute: perMs * MINUTE_MS,
    isLevel: isLong ? growth <= Math.max(GROWTH_BYTES_MAX, atFromBytes * GROWTH_SHARE_MAX) : undefined,
  };
}

/** Of the line with the least squares, in bytes a millisecond. */
function slope(points: readonly MemoryPoint[]): number {
  const mean = (of: (point: MemoryPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanMs, meanBytes] = [mean(({ atMs }) => atMs), mean(({ bytes }) => bytes)];
  let [above, below] = [0, 0];
  for (const { atMs, bytes } of points) {
    above += (atMs - meanMs) * (bytes - meanBytes);
    below += (atMs - meanMs) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
