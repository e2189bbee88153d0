/**
 * Which requests reach GraphQL at all. Both rules must hold before anything is executed:
 *
 * A POST carries JSON. A page of another site can send the "simple" types (forms, plain text, or none) without asking
 * first, and a visitor's browser would vote for it.
 *
 * The client accepts JSON. Otherwise the vote would be counted and its answer withheld.
 */

const JSON_TYPE = "application/json";
const ANSWER_TYPES = new Set(["*/*", "application/*", JSON_TYPE, "application/graphql-response+json"]);

/** An answer of the API that is not GraphQL's, in the shape of one that is. */
export function errorResponse(
  { status, code, message }: { status: number; code: string; message: string },
): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status });
}

/** Returns the refusal of a request that must not reach GraphQL. */
export function contentRefusal(request: Request): Response | undefined {
  if (request.method === "POST" && !carriesJson(request.headers.get("content-type"))) {
    return errorResponse({
      status: 415,
      code: "UNSUPPORTED_MEDIA_TYPE",
      message: `Send the request as ${JSON_TYPE}`,
    });
  }
  if (!acceptsJson(request.headers.get("accept"))) {
    return errorResponse({
      status: 406,
      code: "NOT_ACCEPTABLE",
      message: `Accept ${JSON_TYPE} or application/graphql-response+json`,
    });
  }
  return undefined;
}

/** To the letter, as graphql-yoga reads it: what passes here must not be turned away there without a word. */
function carriesJson(contentType: string | null): boolean {
  const text = contentType ?? "";
  return (text === JSON_TYPE || text.startsWith(`${JSON_TYPE};`)) && mediaType(text).charset === "utf-8";
}

function acceptsJson(accept: string | null): boolean {
  return (accept || "*/*").split(",").map(mediaType).some(({ type, charset }) =>
    ANSWER_TYPES.has(type) && charset === "utf-8"
  );
}

/** JSON is UTF-8; a media type that says otherwise asks for what nobody can give. */
function mediaType(text: string): { type: string; charset: string } {
  const [type = "", ...parameters] = text.toLowerCase().replaceAll(/\s/g, "").split(";");
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  return { type, charset: charset?.replaceAll('"', "") ?? "utf-8" };
}
