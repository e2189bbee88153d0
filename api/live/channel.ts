/**
 * What everybody is sent who watches with the same document, operation and variables: executed and encoded once for each
 * state, and another chunk only where the text is another one.
 */
import { executeSync, type ExecutionArgs, type ExecutionResult, type GraphQLError } from "graphql";
import type { LiveState } from "../../shared/redis/live_script.ts";
import { type Chunk, encodeChunk, nextEvent } from "./event.ts";
import type { Feed } from "./feed.ts";

/**
 * Stands for the time of the read while texts are compared. In JSON it is an escape that no other value can hold: names
 * have no control characters, and this one Postgres cannot even store.
 */
export const READ_AT_MARK = "\u0000";
const WRITTEN_MARK = JSON.stringify(READ_AT_MARK);

/** A document that is valid, and whose variables and arguments were found right. */
export interface Subscription {
  readonly feed: Feed;
  /** The same for whoever asked the same. */
  readonly key: string;
  /** Without a root value and a context: what is shared must not know who asked. */
  readonly execution: Pick<ExecutionArgs, "schema" | "document" | "variableValues" | "operationName">;
  readonly maskError: (error: unknown) => GraphQLError;
}

export interface Refreshed {
  /** The very chunk of before where the state says the same; undefined where it has nothing to show. */
  readonly chunk: Chunk | undefined;
  readonly executed: boolean;
}

export interface Channel {
  refresh(state: LiveState | undefined): Refreshed;
}

export function createChannel({ feed, execution, maskError }: Subscription): Channel {
  let seen: LiveState | undefined;
  let seenKey: string | undefined;
  let text: string | undefined;
  let chunk: Chunk | undefined;

  /** True where something had to be executed. */
  function look(state: LiveState): boolean {
    const key = feed.keyOf(state);
    const isAnother = key !== undefined && key !== seenKey;
    [seen, seenKey] = [state, key];
    if (!isAnother) return false;
    const nextText = JSON.stringify(shown(executeSync({ ...execution, rootValue: state }), maskError));
    if (nextText === text) return true;
    text = nextText;
    const readAt = JSON.stringify(new Date(state.readAtMs).toISOString());
    chunk = encodeChunk(nextEvent(text.replaceAll(WRITTEN_MARK, readAt)));
    return true;
  }

  return {
    refresh(state) {
      if (!state) return { chunk: undefined, executed: false };
      const executed = state !== seen && look(state);
      return { chunk: seenKey === undefined ? undefined : chunk, executed };
    },
  };
}

/** An error here is a fault of ours, since arguments were judged before: clients get the id under which it was logged. */
function shown({ data, errors }: ExecutionResult, maskError: Subscription["maskError"]): unknown {
  if (!errors) return { data };
  const told = errors.map((error) => {
    const { message, extensions: { code, failureId } } = maskError(error);
    return { message, extensions: { code, failureId } };
  });
  return { errors: told, data };
}
