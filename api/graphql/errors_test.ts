import { assert, assertEquals } from "@std/assert";
import { GraphQLError } from "graphql";
import { createSilentLogger } from "../../shared/testing/silent_logger.ts";
import { createErrorMask, inputInvalidError } from "./errors.ts";

function maskBench() {
  const log = createSilentLogger();
  return { log, mask: createErrorMask(log) };
}

Deno.test("the error mask hides a fault behind the id under which it is logged", () => {
  const { log, mask } = maskBench();
  const inside = new Error("connect ECONNREFUSED 10.0.0.7:6379");
  const masked = mask(new GraphQLError(inside.message, { path: ["cas"], originalError: inside }));
  assertEquals(masked.message, "Internal error");
  assertEquals(masked.path, ["cas"]);
  assertEquals(masked.extensions.code, "INTERNAL_ERROR");
  assertEquals(masked.originalError, undefined);
  assert(!(JSON.stringify(masked).includes("10.0.0.7")));
  const { failureId } = masked.extensions;
  assert(typeof failureId === "string");
  assertEquals(log.events, [{
    level: "error",
    event: "request_failed",
    fields: { failureId, path: "cas", error: inside },
  }]);
});

Deno.test("the error mask hides what is thrown and is no error at all", () => {
  const { log, mask } = maskBench();
  assertEquals(mask("boom").message, "Internal error");
  assert(log.has("request_failed"));
});

Deno.test("the error mask lets an error for the client pass, with its code and place", () => {
  const { log, mask } = maskBench();
  const raised = inputInvalidError("username must not be empty");
  const masked = mask(new GraphQLError(raised.message, { path: ["query"], originalError: raised }));
  assertEquals(masked.message, "username must not be empty");
  assertEquals(masked.toJSON().extensions, { code: "INPUT_INVALID" });
  assertEquals(masked.path, ["query"]);
  assertEquals(log.events, []);
});

Deno.test("the error mask gives a code to an error that has none", () => {
  const { mask } = maskBench();
  assertEquals(mask(new GraphQLError("Variable $x got an invalid value")).extensions.code, "BAD_USER_INPUT");
});

Deno.test("the error mask drops every extension but the code", () => {
  const { mask } = maskBench();
  const masked = mask(
    new GraphQLError("POST body sent invalid JSON.", {
      extensions: {
        code: "BAD_REQUEST",
        http: { status: 400 },
        originalError: { message: "Unexpected token" },
      },
    }),
  );
  assertEquals(masked.extensions, { code: "BAD_REQUEST", http: { status: 400 } });
});
