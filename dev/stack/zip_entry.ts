/**
 * Takes one file out of a zip archive (a jar is one): neither `unzip` nor a JDK's `jar` is on every machine. Reads what
 * ordinary archives under 4 GiB hold and refuses the rest; the archive's digest was checked before.
 */

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const STORED = 0;
const DEFLATED = 8;

/** The contents of the entry with exactly this name. */
export async function readZipEntry(archive: Uint8Array<ArrayBuffer>, name: string): Promise<Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== ENTRY_SIGNATURE) {
      throw new Error("Read the archive: its directory is damaged");
    }
    const nameBytes = view.getUint16(at + 28, true);
    const entryName = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameBytes));
    if (entryName === name) return await readEntry(archive, view, at);
    at += 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  throw new Error(`Read the archive: it holds no "${name}"`);
}

function findEnd(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - END_BYTES - COMMENT_BYTES_MAX);
  for (let at = view.byteLength - END_BYTES; at >= lowest; at--) {
    if (view.getUint32(at, true) === END_SIGNATURE) return at;
  }
  throw new Error("Read the archive: it is not a zip file");
}

async function readEntry(
  archive: Uint8Array<ArrayBuffer>,
  view: DataView,
  entry: number,
): Promise<Uint8Array> {
  const method = view.getUint16(entry + 10, true);
  const packedBytes = view.getUint32(entry + 20, true);
  const bytes = view.getUint32(entry + 24, true);
  const local = view.getUint32(entry + 42, true);
  if (view.getUint32(local, true) !== LOCAL_SIGNATURE) {
    throw new Error("Read the archive: an entry is damaged");
  }
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const packed = archive.subarray(start, start + packedBytes);
  const contents = method === STORED ? packed : method === DEFLATED ? await inflate(packed) : undefined;
  if (!contents) throw new Error(`Read the archive: compression method ${method} is not known`);
  if (contents.byteLength !== bytes) {
    throw new Error("Read the archive: an entry has another length than it says");
  }
  return contents;
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
