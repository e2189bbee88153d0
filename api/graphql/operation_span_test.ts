import { assert, assertEquals } from "@std/assert";
import { getOperationAST, parse } from "graphql";
import { inOperationSpan, tracesOperations } from "./operation_span.ts";

Deno.test("inOperationSpan() and tracesOperations() leave both doors as they are where Deno does not trace", () => {
  const operation = getOperationAST(parse("{ cas { ticket } }"));
  assert(operation);
  const run = () => Promise.resolve(1);
  assert(inOperationSpan(run, operation) === run);
  assertEquals(tracesOperations(), []);
});
