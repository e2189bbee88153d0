/**
 * How cost grows with everything that grows: candidates, names in a vote, tickets, the outbox, remembered requests, the
 * ledger. Sizes stand side by side and are visited in turn; each is held to the smallest and to the next smaller one of
 * the same rounds.
 */
import type { Bench, BenchContext, Figure } from "../bench.ts";
import { candidatesInPostgres, candidatesInRedis } from "./candidates.ts";
import { describeGrowth, toFigures } from "./growth_figures.ts";
import type { Growth } from "./judge_growth.ts";
import { ledgerSize } from "./ledger_size.ts";
import { namesPerVote } from "./names_per_vote.ts";
import { outboxBacklog } from "./outbox_backlog.ts";
import { rememberedRequests } from "./request_ids.ts";
import { ticketsInApi, ticketsInRedis } from "./tickets.ts";

type Quantity = (context: BenchContext) => Promise<readonly Growth[]>;

/** Each in a world of its own, which is gone before the next begins. */
const QUANTITIES: Readonly<Record<string, Quantity>> = {
  "candidates in Redis": candidatesInRedis,
  "candidates in Postgres": candidatesInPostgres,
  "names in a vote": namesPerVote,
  "tickets in Redis": ticketsInRedis,
  "tickets in the API": ticketsInApi,
  "entries in the outbox": outboxBacklog,
  "remembered requests": rememberedRequests,
};

export const growthBench: Bench = {
  name: "growth",
  title: "How each stage's cost grows, held to what the smallest size costs",
  async run(context) {
    const growths: Growth[] = [];
    const take = (measured: readonly Growth[]) => {
      growths.push(...measured);
      for (const growth of measured) context.say(describeGrowth(growth));
    };
    for (const [name, quantity] of Object.entries(QUANTITIES)) {
      context.signal.throwIfAborted();
      context.say(`${name}:`);
      take(await quantity(context));
    }
    context.say("rows in the ledger:");
    const ledger = await ledgerSize(context);
    take(ledger.growths);
    const figures: Figure[] = growths.flatMap(toFigures);
    return [...figures, ...ledger.facts];
  },
};
