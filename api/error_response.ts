/** An answer of the API that is not GraphQL's, in the shape of one that is. */

export interface ErrorResponse {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function errorResponse({ status, code, message, headers = {} }: ErrorResponse): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status, headers });
}
