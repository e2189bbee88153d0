/** Headers that every answer of the API carries, whoever made it. */

/**
 * `nosniff`: names that strangers chose come back in JSON, and no browser may take that for a page. `no-store`: tickets
 * and totals are of this moment, and an answer to a vote is for one client.
 */
export function addSafetyHeaders(response: Response): Response {
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cache-control", "no-store");
  return response;
}
