/** Both doors as servers on loopback, and the comparison of what they do with one entry of the corpus. */
import type { Entry } from "./corpus/entry.ts";
import { exchange, type RawAnswer } from "./raw_exchange.ts";
import { createTwoDoors, type Side, type Traces } from "./two_doors.ts";

/** The id of a failure is drawn anew for each. */
const FAILURE_ID = /"failureId":"[0-9a-f-]{36}"/g;

/** What a request led to, as its client and as what stands behind GraphQL saw it. */
export interface Deed {
  readonly answer: RawAnswer;
  readonly traces: Traces;
}

export interface Compared {
  readonly hot: Deed;
  readonly plain: Deed;
  /** Whether the hot door answered by itself. */
  readonly answeredHot: boolean;
}

export interface ServedDoors extends AsyncDisposable {
  compare(entry: Entry): Promise<Compared>;
}

export function serveTwoDoors(): ServedDoors {
  const doors = createTwoDoors();
  const servers = { hot: serve(doors.hot), plain: serve(doors.plain) };
  async function send(side: "hot" | "plain", entry: Entry): Promise<Deed> {
    const answer = await exchange(servers[side].addr.port, entry);
    return {
      answer: { ...answer, body: answer.body.replaceAll(FAILURE_ID, '"failureId":"*"') },
      traces: doors[side].takeTraces(),
    };
  }
  return {
    async compare(entry) {
      doors.scriptCas(entry.casScript ?? "open");
      const hot = await send("hot", entry);
      const answeredHot = doors.hot.takeAnswered() === 1;
      return { hot, plain: await send("plain", entry), answeredHot };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([servers.hot.shutdown(), servers.plain.shutdown()]);
    },
  };
}

function serve({ fetch }: Side) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, fetch);
}
