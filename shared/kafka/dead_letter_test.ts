import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import type { IHeaders } from "kafkajs";
import { deadLetterHeaders, type DeadLetterLabel, readDeadLetterLabel } from "./dead_letter.ts";

const LABEL: DeadLetterLabel = {
  reason: "invalid_field",
  detail: 'Wanted a valid "names", got "Zoë/7"',
  origin: { clusterId: "MkU3OEVBNTcwNTJENDM2Qg", topic: "cast.votes-2_b", partition: 11, offset: 2n ** 62n },
  replayedFrom: undefined,
};

/** As Kafka gives headers back. */
function asBytes(headers: IHeaders): IHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value))]),
  );
}

Deno.test("readDeadLetterLabel() reads what deadLetterHeaders() wrote, the first origin of a replay included", () => {
  assertEquals(readDeadLetterLabel(asBytes(deadLetterHeaders(LABEL))), LABEL);
  const replayed = { ...LABEL, replayedFrom: { ...LABEL.origin, offset: 0n } };
  assertEquals(readDeadLetterLabel(asBytes(deadLetterHeaders(replayed))), replayed);
});

Deno.test("readDeadLetterLabel() returns undefined for headers that no persister wrote", () => {
  const headers = asBytes(deadLetterHeaders(LABEL));
  assertEquals(readDeadLetterLabel(undefined), undefined);
  for (const name of Object.keys(headers).filter((name) => name !== "cast-detail")) {
    const { [name]: _gone, ...rest } = headers;
    assertEquals(readDeadLetterLabel(rest), undefined, name);
  }
  assertEquals(readDeadLetterLabel({ ...headers, "cast-offset": "seven" }), undefined);
});

Deno.test("readDeadLetterLabel() reads no first origin out of a header that holds none", () => {
  for (const text of ["", "a/b/c/d", "a/b/1", "a/b/1/2/3"]) {
    assertEquals(
      readDeadLetterLabel({ ...deadLetterHeaders(LABEL), "cast-replayed-from": text })?.replayedFrom,
      undefined,
      text,
    );
  }
});
