/**
 * Whether a Postgres serves, asked in its own protocol.
 */
import { askTcp } from "./ask_tcp.ts";

const PROTOCOL_3 = 0x00030000;
/** The first byte of what it says to somebody whom it would let in after a password. */
const AUTHENTICATION = "R".charCodeAt(0);

/** One that still starts, or is about to stop, answers with an error instead. */
export async function postgresAnswers(port: number): Promise<boolean> {
  const answer = await askTcp({ port, bytes: startupMessage(), answerBytes: () => 1 });
  return answer?.[0] === AUTHENTICATION;
}

function startupMessage(): Uint8Array<ArrayBuffer> {
  const parameters = new TextEncoder().encode("user\0cast\0database\0cast\0\0");
  const message = new Uint8Array(8 + parameters.length);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length);
  view.setInt32(4, PROTOCOL_3);
  message.set(parameters, 8);
  return message;
}
