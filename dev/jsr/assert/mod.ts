/**
 * Stand-in for `jsr:@std/assert`: the functions that CAST's tests use, with the same names and semantics, built on
 * `node:assert`, so that the tests run where JSR cannot be reached. Remove `links` from deno.json to use the original.
 */
import nodeAssert, { AssertionError } from "node:assert";

export { AssertionError };

// deno-lint-ignore no-explicit-any -- the constructor of any class is wanted here, as in the original
type Constructor<T> = abstract new (...args: any[]) => T;

function failure(expectation: string, message?: string): AssertionError {
  return new AssertionError({ message: message === undefined ? expectation : `${expectation}: ${message}` });
}

export function assert(expression: unknown, message = ""): asserts expression {
  if (!expression) throw new AssertionError({ message });
}

// "as string" below: an absent message is fine for node:assert, but not in every release of its types.

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message as string);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, message as string);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  nodeAssert.strictEqual(actual, expected, message as string);
}

export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw failure(`Expected actual: "${actual}" to not be null or undefined`, message);
  }
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  if (!actual.includes(expected)) {
    throw failure(`Expected actual: "${actual}" to contain: "${expected}"`, message);
  }
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  nodeAssert.match(actual, expected, message as string);
}

export function assertGreater<T>(actual: T, expected: T, message?: string): void {
  if (!(actual > expected)) throw failure(`Expect ${actual} > ${expected}`, message);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual >= expected)) throw failure(`Expect ${actual} >= ${expected}`, message);
}

export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void {
  if (!(actual <= expected)) throw failure(`Expect ${actual} <= ${expected}`, message);
}

export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: Constructor<E>,
  messageIncludes?: string,
  message?: string,
): asserts error is E {
  if (!(error instanceof Error)) throw failure(`Expected "error" to be an Error object`, message);
  if (ErrorClass && !(error instanceof ErrorClass)) {
    throw failure(
      `Expected error to be instance of "${ErrorClass.name}", but was "${error.constructor.name}"`,
      message,
    );
  }
  if (messageIncludes !== undefined && !error.message.includes(messageIncludes)) {
    throw failure(
      `Expected error message to include "${messageIncludes}", but got "${error.message}"`,
      message,
    );
  }
}

export function assertThrows<E extends Error = Error>(
  act: () => unknown,
  ErrorClass?: Constructor<E>,
  messageIncludes?: string,
  message?: string,
): E {
  try {
    act();
  } catch (error) {
    assertIsError(error, ErrorClass, messageIncludes, message);
    return error;
  }
  throw failure("Expected function to throw", message);
}

export async function assertRejects<E extends Error = Error>(
  act: () => PromiseLike<unknown>,
  ErrorClass?: Constructor<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E> {
  let promise: PromiseLike<unknown>;
  try {
    promise = act();
  } catch {
    throw failure("Function throws when expected to reject", message);
  }
  try {
    await promise;
  } catch (error) {
    assertIsError(error, ErrorClass, messageIncludes, message);
    return error;
  }
  throw failure("Expected function to reject", message);
}

export function fail(message?: string): never {
  throw failure("Failed assertion", message);
}

export function unreachable(reason?: string): never {
  throw failure("Unreachable", reason);
}
