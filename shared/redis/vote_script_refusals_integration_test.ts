/** Refused means nothing happened: each refusal of the vote script leaves every key as it was. */
import { assertEquals } from "@std/assert";
import {
  FAR_AWAY_MS,
  LAB_EPOCH,
  LAB_TICKET,
  type LabVote,
  LONG_AGO_MS,
  type OpenVoteLab,
  openVoteLab,
} from "../testing/vote_lab.ts";
import type { VoteLimits } from "./vote_script.ts";

const NEXT_TICKET = { ...LAB_TICKET, opensAt: 8000 };

interface Refusal {
  readonly what: string;
  readonly code: string;
  readonly limits?: Partial<VoteLimits>;
  readonly vote?: LabVote;
  prepare(lab: OpenVoteLab): Promise<unknown>;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: "the shard was never opened",
    code: "NOT_READY",
    prepare: ({ world }) => world.redis.redis.del(world.keys.meta),
  },
  {
    what: "a guard has claimed the shard",
    code: "NOT_READY",
    prepare: ({ world }) => world.redis.redis.hset(world.keys.meta, "incarnation", ""),
  },
  {
    what: "the shard was opened for another Redis process",
    code: "NOT_READY",
    prepare: ({ world }) => world.redis.redis.hset(world.keys.meta, "incarnation", "0".repeat(40)),
  },
  {
    what: "the outbox ends in a later epoch",
    code: "NOT_READY",
    prepare: ({ world }) =>
      world.redis.redis.xadd(world.keys.outbox, `${LAB_EPOCH + 1}-0`, "vote", "{}", "at", "1"),
  },
  {
    what: "the outbox ended in a later epoch before it was trimmed",
    code: "NOT_READY",
    async prepare({ world }) {
      await world.redis.redis.xadd(world.keys.outbox, `${LAB_EPOCH + 1}-0`, "vote", "{}", "at", "1");
      await world.redis.redis.xtrim(world.keys.outbox, "MAXLEN", "=", 0);
    },
  },
  {
    what: "the ticket's time is over",
    code: "TICKET_EXPIRED",
    prepare: (lab) => lab.putTicket({ uses: 5, expiresAtMs: LONG_AGO_MS + 1 }),
  },
  {
    what: "the ticket is not open yet",
    code: "TICKET_EXPIRED",
    prepare: (lab) => lab.putTicket({ uses: 5, opensAtMs: FAR_AWAY_MS - 1 }),
  },
  {
    what: "the ticket is of an older epoch",
    code: "TICKET_EXPIRED",
    vote: { ticket: { ...LAB_TICKET, epoch: LAB_EPOCH - 1 } },
    prepare: (lab) => lab.putTicket({ ticket: { ...LAB_TICKET, epoch: LAB_EPOCH - 1 }, uses: 5 }),
  },
  {
    what: "the ticket is of a later epoch",
    code: "TICKET_EXPIRED",
    vote: { ticket: { ...LAB_TICKET, epoch: LAB_EPOCH + 1 } },
    prepare: (lab) => lab.putTicket({ ticket: { ...LAB_TICKET, epoch: LAB_EPOCH + 1 }, uses: 5 }),
  },
  {
    what: "the ticket is unknown",
    code: "TICKET_EXPIRED",
    vote: { ticket: NEXT_TICKET },
    prepare: () => Promise.resolve(),
  },
  { what: "the ticket is used up", code: "TICKET_EXHAUSTED", prepare: (lab) => lab.putTicket({ uses: 0 }) },
  {
    what: "the outbox is at its cap",
    code: "OVERLOADED",
    limits: { outboxMax: 2 },
    prepare: (lab) => lab.cast().then(() => lab.cast()),
  },
  {
    what: "one of several totals would pass the bound",
    code: "TOTAL_TOO_LARGE",
    limits: { totalMax: 10 },
    vote: { names: ["low", "grace", "high"], counts: [1, 9, 1] },
    prepare: (lab) => lab.cast({ names: ["grace"], counts: [2] }),
  },
  {
    what: "the poll is closed",
    code: "POLL_CLOSED",
    prepare: ({ world }) => world.redis.redis.hset(world.keys.meta, "voting", "closed"),
  },
  {
    what: "one of several names is not listed",
    code: "CANDIDATE_UNKNOWN",
    vote: { names: ["ada", "grace"] },
    async prepare({ world }) {
      await world.redis.redis.sadd(world.keys.candidates, "ada", "before");
      await world.redis.redis.hset(world.keys.meta, "candidates", "listed");
    },
  },
  {
    what: "names are listed, and the list is gone",
    code: "CANDIDATE_UNKNOWN",
    prepare: ({ world }) => world.redis.redis.hset(world.keys.meta, "candidates", "listed"),
  },
  {
    what: "one of two new names is one too many",
    code: "CANDIDATE_UNKNOWN",
    limits: { candidatesMax: 3 },
    vote: { names: ["before", "new", "newer"] },
    prepare: (lab) => lab.cast({ names: ["other"] }),
  },
  {
    what: "the voter's votes are cast",
    code: "VOTER_LIMIT",
    limits: { voterVotesMax: 2 },
    vote: { voter: "alan" },
    prepare: (lab) => lab.cast({ voter: "alan" }).then(() => lab.cast({ voter: "alan" })),
  },
  {
    what: "the requestId belongs to a vote for others",
    code: "REQUEST_ID_CONFLICT",
    prepare: (lab) => lab.cast({ names: ["somebody else"], requestId: "r" }),
  },
  {
    what: "the requestId belongs to a vote of another voter",
    code: "REQUEST_ID_CONFLICT",
    prepare: (lab) => lab.cast({ voter: "alan", requestId: "r" }),
  },
];

for (const { what, code, limits = {}, vote = {}, prepare } of REFUSALS) {
  Deno.test(`vote script refuses with ${code} and changes nothing: ${what}`, async () => {
    await using lab = await openVoteLab({ limits });
    await lab.cast({ names: ["before"], requestId: "before" });
    await prepare(lab);
    const before = await lab.state();
    assertEquals(await lab.cast({ ...vote, requestId: "r" }), { kind: "refused", code } as unknown);
    assertEquals(await lab.state(), before);
    if (code === "REQUEST_ID_CONFLICT") return;
    assertEquals(await lab.cast(vote), { kind: "refused", code } as unknown, "without a requestId");
    assertEquals(await lab.state(), before);
  });
}
