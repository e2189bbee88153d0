/**
 * Whether a Redis serves, asked in its own protocol.
 */
import { askTcp } from "./ask_tcp.ts";

/** Whether the Redis on this port has loaded its data and, with a pid, is that process. */
export async function redisAnswers(port: number, pid?: number): Promise<boolean> {
  const bytes = new TextEncoder().encode("INFO server persistence\r\n");
  const info = new TextDecoder().decode(await askTcp({ port, bytes, answerBytes: bulkReplyBytes }));
  return /^loading:0\r$/m.test(info) && new RegExp(`^process_id:${pid ?? "\\d+"}\r$`, "m").test(info);
}

/** The length of a bulk reply, which begins with `$<bytes>`. */
function bulkReplyBytes(answer: Uint8Array): number | undefined {
  const [head, bytes] = /^\$(\d+)\r\n/.exec(new TextDecoder().decode(answer)) ?? [];
  return head ? head.length + Number(bytes) + "\r\n".length : undefined;
}
