/**
 * The API twice over the same scripts: once as clients meet it, the hot door in front, and once with graphql-yoga alone,
 * by whose answers the other is judged. The entrance is before both.
 */
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { createEntrance } from "../../entrance.ts";
import { unread } from "../asked.ts";
import { createHotDoor } from "../hot_door.ts";
import { createKnownOperations, type KnownOperations } from "../known_operations.ts";
import { createYogaDoor } from "../yoga.ts";
import { createScriptedDeps } from "./scripted_deps.ts";

export interface Traces {
  readonly calls: readonly unknown[];
  readonly lines: readonly unknown[];
}

export interface Side {
  fetch(request: Request): Promise<Response>;
  /** What happened behind GraphQL since the last take: the calls and the lines of the log. */
  takeTraces(): Traces;
}

export interface TwoDoors {
  readonly hot: Side & {
    /** How many requests the hot door has answered by itself since the last take. */
    takeAnswered(): number;
  };
  readonly plain: Side;
  /** What comes of `cas` from now on. */
  scriptCas(script: string): void;
}

export function createTwoDoors({ tools = false }: { tools?: boolean } = {}): TwoDoors {
  let casScript = "open";
  let answered = 0;
  const known = createKnownOperations();
  const [hotTrace, plainTrace] = [createTrace(() => casScript), createTrace(() => casScript)];
  const yoga = createYogaDoor({ ...hotTrace.deps, known, tools });
  const hotDoor = createHotDoor({
    known,
    next(request) {
      answered--;
      return yoga(request);
    },
  });
  const plainYoga = createYogaDoor({ ...plainTrace.deps, known: NOTHING_KNOWN, tools });
  return {
    hot: {
      fetch: createEntrance((asked) => {
        answered++;
        return hotDoor(asked);
      }, BOUNDS).fetch,
      takeTraces: hotTrace.take,
      takeAnswered() {
        const taken = answered;
        answered = 0;
        return taken;
      },
    },
    plain: {
      // Yoga finds by itself in which type to answer.
      fetch: createEntrance((asked) => plainYoga(unread(asked)), BOUNDS).fetch,
      takeTraces: plainTrace.take,
    },
    scriptCas: (script) => void (casScript = script),
  };
}

const BOUNDS = { requestsMax: 100 };
const NOTHING_KNOWN: KnownOperations = { find: () => undefined, learn() {} };

function createTrace(casScript: () => string) {
  const { castVote, reader, takeCalls, hasThrown } = createScriptedDeps(casScript);
  const log = createSilentLogger();
  return {
    deps: { castVote, reader, log },
    take: () => ({
      calls: takeCalls(),
      lines: log.events.splice(0).map(({ event, fields: { path, failureId, error } }) => ({
        event,
        path,
        // Drawn anew for each failure.
        failureId: typeof failureId,
        // What GraphQL says of a value that breaks its type is for operators to read, and may be put in other words.
        error: hasThrown(error) ? String(error) : "of GraphQL's wording",
      })),
    }),
  };
}
