/** A set of versions for each epoch, one bit each. */

export type VersionMap = ReturnType<typeof createVersionMap>;

const FIRST_BYTES = 1 << 10;
/** Far above any run; a version beyond it is no version, and would take the memory of the checker with it. */
const VERSION_MAX = 2 ** 31;

export function createVersionMap() {
  const epochs = new Map<number, { bits: Uint8Array; versionMax: number }>();

  const has = (epoch: number, version: number) =>
    (((epochs.get(epoch)?.bits[version >> 3] ?? 0) >> (version & 7)) & 1) === 1;

  return {
    has,
    /** False when it was there already. */
    add(epoch: number, version: number): boolean {
      if (version < 0 || version >= VERSION_MAX) {
        throw new RangeError(
          `Note version ${version} of epoch ${epoch}: wanted one from 0 to below ${VERSION_MAX}`,
        );
      }
      if (has(epoch, version)) return false;
      const entry = epochs.get(epoch) ?? { bits: new Uint8Array(FIRST_BYTES), versionMax: -1 };
      epochs.set(epoch, entry);
      const byte = version >> 3;
      if (byte >= entry.bits.length) {
        const grown = new Uint8Array(Math.max(byte + 1, entry.bits.length * 2));
        grown.set(entry.bits);
        entry.bits = grown;
      }
      entry.bits[byte] = (entry.bits[byte] as number) | (1 << (version & 7));
      entry.versionMax = Math.max(entry.versionMax, version);
      return true;
    },
    /** -1 for an epoch without any. */
    versionMax: (epoch: number): number => epochs.get(epoch)?.versionMax ?? -1,
    /** Those of an epoch, up to and with `lastVersion`, that are not there. */
    *missing(epoch: number, lastVersion: number): Generator<number> {
      for (let version = 0; version <= lastVersion; version++) if (!has(epoch, version)) yield version;
    },
    /** Every version that is missing below the highest of its epoch. */
    *gaps(): Generator<readonly [epoch: number, version: number]> {
      for (const [epoch, { versionMax }] of epochs) {
        for (let version = 0; version < versionMax; version++) {
          if (!has(epoch, version)) yield [epoch, version];
        }
      }
    },
    *all(): Generator<readonly [epoch: number, version: number]> {
      for (const [epoch, { versionMax }] of epochs) {
        for (let version = 0; version <= versionMax; version++) {
          if (has(epoch, version)) yield [epoch, version];
        }
      }
    },
  };
}
