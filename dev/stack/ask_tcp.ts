/**
 * One question to a server on the loopback interface and its whole answer, as bytes: enough to see that a store answers,
 * without a client that would go on trying by itself.
 */
import { pause } from "./backoff.ts";
import { LOOPBACK } from "./ports.ts";

const ANSWER_DEADLINE_MS = 1_000;
const CHUNK_BYTES = 16_384;

export interface Question {
  port: number;
  bytes: Uint8Array<ArrayBuffer>;
  /** How long the whole answer is, as soon as its first bytes tell. */
  answerBytes: (answer: Uint8Array) => number | undefined;
}

/** Undefined when nobody listens, or what came is no whole answer. */
export async function askTcp(question: Question): Promise<Uint8Array | undefined> {
  const finished = new AbortController();
  const tooLate = pause(ANSWER_DEADLINE_MS, finished.signal).then(() => null, () => null);
  try {
    using connection = await Deno.connect({ hostname: LOOPBACK, port: question.port });
    await connection.write(question.bytes);
    let answer = new Uint8Array();
    for (;;) {
      const bytes = question.answerBytes(answer);
      if (bytes !== undefined && answer.length >= bytes) return answer.subarray(0, bytes);
      const chunk = new Uint8Array(CHUNK_BYTES);
      const count = await Promise.race([connection.read(chunk), tooLate]);
      if (count === null) return undefined;
      answer = new Uint8Array([...answer, ...chunk.subarray(0, count)]);
    }
  } catch {
    return undefined;
  } finally {
    finished.abort();
    await tooLate;
  }
}
