// @ts-check
/**
 * Asks the API once. What comes of it is a value: an answer, an error that the API worded, or no answer at all, after
 * which nobody knows what became of the request.
 *
 * @typedef {object} Question
 * @property {string} query
 * @property {Readonly<Record<string, unknown>>} [variables]
 * @property {string} [token] Of a voter.
 *
 * @typedef {{ kind: "data", data: Readonly<Record<string, unknown>> }
 *   | { kind: "error", code: string, message: string }
 *   | { kind: "silence" }} Answer
 *
 * @typedef {(question: Question) => Promise<Answer>} Ask
 */

export const GRAPHQL_PATH = "/graphql";
const ANSWER_MS_MAX = 10_000;

/** @type {Ask} */
export async function ask({ query, variables = {}, token }) {
  try {
    const response = await fetch(GRAPHQL_PATH, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    return readAnswer(/** @type {Body | null} */ (await response.json()));
  } catch {
    // No connection, no answer in time, or one that is not ours, as a proxy makes it when the server is gone.
    return { kind: "silence" };
  }
}

/**
 * @typedef {object} Body
 * @property {Readonly<Record<string, unknown>> | null} [data]
 * @property {readonly { message?: string, extensions?: { code?: string } }[]} [errors]
 *
 * @param {Body | null} body
 * @returns {Answer}
 */
export function readAnswer(body) {
  const error = body?.errors?.[0];
  if (error) return { kind: "error", code: String(error.extensions?.code), message: String(error.message) };
  return body?.data ? { kind: "data", data: body.data } : { kind: "silence" };
}
