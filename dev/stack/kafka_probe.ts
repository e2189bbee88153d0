/**
 * Whether a Kafka broker serves, asked in its own protocol.
 */
import { askTcp } from "./ask_tcp.ts";

/** Whether the broker on this port knows of a broker in its cluster and, with an id, is of that cluster. */
export async function kafkaAnswers(port: number, clusterId = ""): Promise<boolean> {
  const answer = await askTcp({ port, bytes: metadataRequest(), answerBytes: responseBytes });
  if (!answer) return false;
  // Size, correlation id and throttle time come first, four bytes each; then the brokers, then the cluster's id.
  const brokers = new DataView(answer.buffer, answer.byteOffset, answer.byteLength).getInt32(12);
  return brokers > 0 && new TextDecoder("latin1").decode(answer).includes(clusterId);
}

/** Metadata, version 4, of no topic: the oldest form that Kafka 4 understands, and so the one that lasts longest. */
function metadataRequest(): Uint8Array<ArrayBuffer> {
  const [apiKey, version, correlationId, noClientId, noTopics, createTopics] = [3, 4, 1, -1, 0, 0];
  const view = new DataView(new ArrayBuffer(19));
  view.setInt32(0, view.byteLength - 4);
  view.setInt16(4, apiKey);
  view.setInt16(6, version);
  view.setInt32(8, correlationId);
  view.setInt16(12, noClientId);
  view.setInt32(14, noTopics);
  view.setInt8(18, createTopics);
  return new Uint8Array(view.buffer);
}

function responseBytes(answer: Uint8Array): number | undefined {
  if (answer.length < 4) return undefined;
  return 4 + new DataView(answer.buffer, answer.byteOffset).getInt32(0);
}
