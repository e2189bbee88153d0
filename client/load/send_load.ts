/** The sending half of a run: votes at a rate, each brought to an end, and how they ended. */
import { type Ballot, createBallot, randomRun } from "./ballot.ts";
import { generate, type Generated } from "./generate.ts";
import { createHttpClient, type HttpClient } from "./http_client.ts";
import { createVoteEnds, type VoteEnds } from "./vote_ends.ts";

export interface SendOptions {
  /** GraphQL URLs. */
  readonly urls: readonly string[];
  readonly perSecond: number;
  readonly seconds: number;
  /** How many candidates the votes are for. */
  readonly names: number;
  readonly signal: AbortSignal;
  /** Told of every accepted vote. */
  readonly accepted?: (n: number, answeredMs: number) => void;
}

export interface SentReport extends Generated {
  readonly run: string;
  readonly perSecond: number;
  readonly seconds: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
}

export interface Load extends Disposable {
  readonly ballot: Ballot;
  readonly ends: VoteEnds;
  /** The connections to the first API. */
  readonly client: HttpClient;
  send(): Promise<SentReport>;
}

/** By the clock that every time of a run is told by. */
export const nowMs = () => performance.now();

export function createLoad(options: SendOptions): Load {
  const { urls, perSecond, seconds, names, signal, accepted = () => {} } = options;
  const ballot = createBallot({ run: randomRun(), nameCount: names });
  const ends = createVoteEnds(Math.round(perSecond * seconds));
  const connect = () => urls.map((url) => createHttpClient({ url: new URL(url) }));
  const [clients, ticketClients] = [connect(), connect()];
  const [client] = clients;
  if (!client) throw new Error("Run a load: no API was named");
  return {
    ballot,
    ends,
    client,
    async send() {
      const generated = await generate({
        ...{ perSecond, ballot, clients, ticketClients, ends, nowMs, signal, accepted },
      });
      signal.throwIfAborted();
      return {
        ...generated,
        run: ballot.run,
        perSecond,
        seconds,
        accepted: ends.count("accepted"),
        refused: ends.count("refused"),
        unknown: ends.count("unknown"),
      };
    },
    [Symbol.dispose]() {
      for (const each of [...clients, ...ticketClients]) each.close();
    },
  };
}
