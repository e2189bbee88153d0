/** Requests at random around generated documents: mostly as clients wrap them, and odd once in a while. */
import fc from "fast-check";
import { generatedDocument } from "./generated_document.ts";
import { rarely } from "./rarely.ts";
import { CAS_SCRIPTS } from "./scripted_deps.ts";

export interface GeneratedRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly casScript: string;
}

const accepts = fc.constantFrom(
  undefined,
  "*/*",
  "application/json",
  "application/graphql-response+json",
  "application/graphql-response+json, application/json;q=0.9",
  "multipart/mixed, application/json",
  "text/html",
  "application/*",
);
const contentTypes = rarely(20, [
  fc.constantFrom("application/json; charset=utf-8", "application/json;charset=latin1", "text/plain"),
  fc.constant("application/json"),
]);
const authorizations = rarely(4, [
  fc.constantFrom("", "Bearer a.b.c", "bearer a.b", "Basic dXNlcjpwYXNz", "Bearer a.b.c, Bearer d.e.f"),
  fc.constant(undefined),
]);
const extensions = rarely(5, [fc.constantFrom(null, {}, { a: 1 }, [], "text", 7), fc.constant(undefined)]);
const moreKeys = rarely(40, [
  fc.dictionary(fc.constantFrom("id", "hash", "__proto__", "toString"), fc.jsonValue()),
  fc.constant({}),
]);
const oddNames = fc.constantFrom(undefined, null, "", "More", "__proto__", "constructor", 7, [], {});
const damage = rarely(25, [
  fc.constantFrom(
    (body: string) => `[${body}]`,
    (body: string) => body.slice(0, -1),
    (body: string) => `\ufeff${body}`,
    (body: string) => ` ${body}\n`,
    (body: string) => body.replace("query", "\\u0071uery"),
    (body: string) => body.replace(/\d/, "1.0"),
  ),
  fc.constant((body: string) => body),
]);

export const generatedRequest: fc.Arbitrary<GeneratedRequest> = fc.record({
  document: generatedDocument,
  accept: rarely(3, [accepts, fc.constant(undefined)]),
  contentType: contentTypes,
  authorization: authorizations,
  extensions,
  moreKeys,
  oddName: rarely(20, [oddNames.map((name) => ({ name })), fc.constant(undefined)]),
  variables: rarely(20, [fc.jsonValue({ maxDepth: 1 }), fc.constant(undefined)]),
  damage,
  casScript: rarely(4, [fc.constantFrom(...CAS_SCRIPTS), fc.constant("open")]),
}).map((drawn) => {
  const { document, accept, contentType, authorization, extensions, moreKeys, oddName, variables } = drawn;
  const { damage, casScript } = drawn;
  const { text: query, operationName, variables: fitting } = document;
  const parameters = {
    query,
    operationName: oddName ? oddName.name : operationName,
    variables: variables === undefined ? fitting : variables,
    extensions,
    ...moreKeys,
  };
  return {
    body: damage(JSON.stringify(parameters)),
    headers: {
      "content-type": contentType,
      ...(accept === undefined ? {} : { accept }),
      ...(authorization === undefined ? {} : { authorization }),
    },
    casScript,
  };
});
