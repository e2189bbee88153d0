/** Takes the token out of an `Authorization` header, RFC 6750: one of another form is not looked at any further. */

/** Far above what a token of a voter needs; work is bounded before any is done. */
export const TOKEN_LENGTH_MAX = 8192;

/** `Bearer` in any case, a space, and the three parts of a signed token. */
const BEARER = /^bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;

export function readBearer(
  authorization: string | undefined,
): { readonly token: string } | { readonly problem: string } {
  if (authorization === undefined || authorization === "") {
    return {
      problem: "The voter's token is missing: send it in the header Authorization, after the word Bearer",
    };
  }
  if (authorization.length > TOKEN_LENGTH_MAX) {
    return { problem: `The header Authorization must have at most ${TOKEN_LENGTH_MAX} characters` };
  }
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) {
    return { problem: "The header Authorization must be the word Bearer, a space and a signed token" };
  }
  return { token };
}
