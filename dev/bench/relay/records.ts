/** Votes as the API makes them, of one name and of two in turn, with a request id; and the records that Kafka gets. */
import type { Message } from "kafkajs";
import { v7 as uuid } from "uuid";
import { AT_MS, EPOCH } from "../../../shared/testing/votes.ts";
import { kafkaValue, voteIdOf, type VoteRecord } from "../../../shared/vote/record.ts";

const NAMES_COUNT = 50;

/** The JSON of so many votes, each with an id of its own. */
export function outboxVotes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const names = [nameOf(index), nameOf(index + 1)].slice(index % 2);
    const record: VoteRecord = {
      v: 1,
      id: uuid(),
      shard: 0,
      names,
      counts: names.map(() => 1),
      requestId: crypto.randomUUID(),
    };
    return JSON.stringify(record);
  });
}

/** What the relay would make of them. */
export function recordsOf(votes: readonly string[]): Message[] {
  return votes.map((vote, version) => ({
    key: voteIdOf(vote) ?? null,
    value: kafkaValue({ id: `${EPOCH}-${version}`, vote, at: String(AT_MS) }),
  }));
}

function nameOf(index: number): string {
  return `candidate ${index % NAMES_COUNT}`;
}
