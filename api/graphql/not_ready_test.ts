import { assertEquals } from "@std/assert";
import { type ExecutionResult, GraphQLError } from "graphql";
import { closedError } from "./errors.ts";
import { resultIn } from "./not_ready.ts";

const RESPONSE_TYPE = "application/graphql-response+json";
const other = new GraphQLError("else", { extensions: { code: "INPUT_INVALID" } });

function statusesOf(result: ExecutionResult): unknown[] {
  const told = resultIn(RESPONSE_TYPE, result).errors ?? [];
  return told.map(({ extensions }) => (extensions["http"] as { status?: number } | undefined)?.status);
}

Deno.test("resultIn() leaves no data beside NOT_READY where there is none, and keeps its status", () => {
  for (const data of [null, { receipt: null }, { a: null, b: null }]) {
    const result = { data, errors: [closedError()] };
    assertEquals("data" in resultIn(RESPONSE_TYPE, result), false);
    assertEquals(statusesOf(result), [503]);
    assertEquals(resultIn("application/json", result), result);
  }
});

Deno.test("resultIn() takes the status from NOT_READY where there is data all the same, and keeps when to ask again", () => {
  const result = { data: { receipt: null, cas: { ticket: "t" } }, errors: [closedError(), other] };
  assertEquals(statusesOf(result), [undefined, undefined]);
  const [told] = resultIn(RESPONSE_TYPE, result).errors ?? [];
  assertEquals(told?.extensions["http"], { headers: { "retry-after": "1" } });
  assertEquals(resultIn(RESPONSE_TYPE, result).data, result.data);
});

Deno.test("resultIn() touches nothing that is not about NOT_READY", () => {
  for (const result of [{ data: null, errors: [other] }, { errors: [other] }, { data: { a: 1 } }]) {
    assertEquals(resultIn(RESPONSE_TYPE, result), result);
  }
});
