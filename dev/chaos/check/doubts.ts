/**
 * Answers that only a Redis that forgot may give. Judged when the whole history was read: that Redis forgot is written
 * when it is over.
 */
import type { CallLine } from "../load/history.ts";
import { describeCall } from "./describe_call.ts";
import type { RedisLives } from "./redis_lives.ts";
import { ACCEPTED, type RequestTable } from "./request_table.ts";
import type { Findings } from "./violations.ts";

export interface DoubtsDeps {
  readonly requests: RequestTable;
  readonly lives: RedisLives;
  readonly findings: Findings;
  readonly requestLifeMs: number;
}

export type Doubts = ReturnType<typeof createDoubts>;

export function createDoubts({ requests, lives, findings, requestLifeMs }: DoubtsDeps) {
  const doubts: { fromT: number; toT: number; text: () => string }[] = [];
  const conflicts: string[] = [];

  function add(call: CallLine, { fromT, what }: { fromT: number; what: string }): void {
    if (call.t1 - fromT >= requestLifeMs) return;
    doubts.push({ fromT, toT: call.t1, text: () => `${describeCall(call)}: ${what}` });
  }

  return {
    /** `fromT` is when the call began that Redis should remember. */
    add,
    /** For an accepted request: no other under its id may have been accepted before. */
    addRivals(call: CallLine, index: number): void {
      for (const other of requests.under(call.requestId)) {
        if (other === index || (requests.flags.get(other) & ACCEPTED) === 0) continue;
        add(call, { fromT: requests.triedAt.get(other), what: "the id was ACCEPTED for another content" });
      }
    },
    addConflict: (requestId: string) => void conflicts.push(requestId),
    judge(): void {
      for (const { fromT, toT, text } of doubts) {
        if (!lives.mayHaveForgotten({ fromT, toT })) findings.add("repeat_answered_differently", text);
      }
      for (const requestId of conflicts) {
        if (requests.under(requestId).length > 1) continue;
        findings.add("repeat_answered_differently", () => `${requestId}: a conflict, and only one content`);
      }
    },
  };
}
