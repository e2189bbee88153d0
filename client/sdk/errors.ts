/**
 * What the client throws. A refused vote is no error: it is an outcome. Errors are wrong use, which no repeat mends, and
 * an API that did not answer in time.
 */

/** An argument or an option breaks a rule of the client; nothing was sent. */
export class CastUsageError extends TypeError {
  override readonly name = "CastUsageError";
}

/** The API understood that the request is wrong, or is no CAST at all; nothing was counted. */
export class CastRequestError extends Error {
  override readonly name = "CastRequestError";
  /** `extensions.code` of the API's error, or `HTTP_<status>` where the answer had none. */
  readonly code: string;

  constructor(message: string, { code }: { readonly code: string }) {
    super(message);
    this.code = code;
  }
}

/** No answer came until the deadline. */
export class CastUnavailableError extends Error {
  override readonly name = "CastUnavailableError";
  /** Of the last try: `NOT_READY`, `OVERLOADED`, or `UNREACHABLE` where nothing was heard. */
  readonly code: string;

  constructor(message: string, { code }: { readonly code: string }) {
    super(message);
    this.code = code;
  }
}
