/**
 * The limit of the API, as a program: the same requests and answers, byte for byte, and the very same scripts with the
 * same keys and arguments over the same connection to Redis, by code that knows nothing else. No GraphQL, no rules, no
 * ticket check, no log.
 */
import { v7 } from "uuid";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { createRedisClient } from "../../../shared/redis/client.ts";
import { type ShardKeys, shardKeys } from "../../../shared/redis/keys.ts";
import { registerScript } from "../../../shared/redis/script.ts";
import { OPEN_TICKET_SCRIPT } from "../../../shared/redis/ticket_scripts.ts";
import { READ_TOTAL_SCRIPT } from "../../../shared/redis/total_script.ts";
import { VOTE_SCRIPT } from "../../../shared/redis/vote_script.ts";
import { fingerprint } from "../../../shared/vote/fingerprint.ts";
import { TOTAL_MAX } from "../../../shared/vote/rules.ts";

const REQUEST_LIFE_MS = 120_000;
const CANDIDATES_MAX = 1_000_000;
const VOTER_VOTES_MAX = 0;
const VOTER_WINDOW_MS = 3_600_000;
const JSON_HEADERS = { headers: { "content-type": "application/json; charset=utf-8" } };

const MESSAGE = "Votes recorded successfully";

interface RawQuery {
  readonly username: string;
}

interface RawVote {
  readonly usernames: readonly string[];
  readonly voteCount: readonly number[];
  readonly ticket: string;
  readonly requestId?: string;
}

function required(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`Set ${name}`);
  return value;
}

function main(): void {
  const outboxMax = Number(required("CAST_OUTBOX_MAX"));
  const client = createRedisClient({ url: new URL(required("CAST_REDIS_URL")), log: createSilentLogger() });
  const keys = shardKeys({ prefix: required("CAST_REDIS_PREFIX"), shard: 0 });
  const runVote = registerScript(client, VOTE_SCRIPT);
  const runTotal = registerScript(client, READ_TOTAL_SCRIPT);
  const runOpenTicket = registerScript(client, OPEN_TICKET_SCRIPT);

  async function vote({ usernames: names, voteCount: counts, ticket, requestId }: RawVote) {
    const [, , epoch, opensAt] = ticket.split(".").map(Number) as [number, number, number, number];
    const id = v7();
    const record = { v: 1, id, shard: 0, names, counts, ...(requestId === undefined ? {} : { requestId }) };
    const [code, ...votes] = await runVote({
      keys: voteKeys(keys, { epoch, opensAt, requestId }),
      args: [
        client.incarnation(),
        epoch,
        id,
        JSON.stringify(record),
        requestId === undefined ? "0" : "1",
        requestId === undefined ? "" : fingerprintText({ names, counts }),
        REQUEST_LIFE_MS,
        outboxMax,
        TOTAL_MAX,
        CANDIDATES_MAX,
        VOTER_VOTES_MAX,
        VOTER_WINDOW_MS,
        ...names.flatMap((name, index) => [name, counts[index] as number]),
      ],
    });
    const vote = { success: true, message: MESSAGE, usernames: names, votes, code: code.toUpperCase() };
    return { data: { vote } };
  }

  async function total({ username }: RawQuery) {
    const [, total] = await runTotal({
      keys: [keys.meta, keys.tally, keys.frozen],
      args: [client.incarnation(), username],
    });
    return { data: { query: Number(total) } };
  }

  async function openTicket() {
    const [, ticket, expiresAt, usesLeft] = await runOpenTicket({
      keys: [keys.meta, keys.tickets, keys.ticketBase],
      args: [client.incarnation()],
    });
    const cas = { ticket, validUntil: new Date(Number(expiresAt)).toISOString(), remainingUsage: usesLeft };
    return { data: { cas } };
  }

  Deno.serve({
    port: Number(required("CAST_API_PORT")),
    hostname: "0.0.0.0",
    onListen: ({ port }) => console.log(JSON.stringify({ port })),
    onError: (error) => new Response(String(error), { status: 500 }),
  }, async (request) => {
    const { variables } = await request.json();
    const answer =
      await (variables?.ticket ? vote(variables) : variables?.username ? total(variables) : openTicket());
    return new Response(JSON.stringify(answer), JSON_HEADERS);
  });
}

function voteKeys(
  keys: ShardKeys,
  { epoch, opensAt, requestId = "" }: { epoch: number; opensAt: number; requestId: string | undefined },
): string[] {
  const { meta, tally, outbox, candidates, frozen } = keys;
  const ticket = keys.ticket({ epoch, opensAt });
  return [meta, ticket, tally, outbox, keys.request(requestId), candidates, frozen, keys.voter("")];
}

function fingerprintText({ names, counts }: { names: readonly string[]; counts: readonly number[] }): string {
  return fingerprint({ names, counts, voter: undefined }).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

if (import.meta.main) main();
