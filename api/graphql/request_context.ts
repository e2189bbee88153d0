/** What resolvers learn of a request beside their arguments; the same at both doors. */

export interface RequestContext {
  /** The header of that name, as the client sent it. */
  readonly authorization: string | undefined;
}

export function requestContext({ headers }: Request): RequestContext {
  return { authorization: headers.get("authorization") ?? undefined };
}
