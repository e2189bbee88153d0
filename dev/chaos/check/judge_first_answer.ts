/**
 * Judges the ticket of a **first answer**: ACCEPTED for a request that no earlier call can have brought in, so that the
 * ticket of this very call admitted it.
 */
import type { CallLine } from "../load/history.ts";
import { describeCall } from "./describe_call.ts";
import type { RedisLives } from "./redis_lives.ts";
import type { TicketTable } from "./ticket_table.ts";
import type { Findings } from "./violations.ts";

export interface FirstAnswerDeps {
  readonly tickets: TicketTable;
  readonly lives: RedisLives;
  readonly findings: Findings;
  readonly clockToleranceMs: number;
}

export function judgeFirstAnswer(
  call: CallLine,
  { tickets, lives, findings, clockToleranceMs, wallOffsetMs }: FirstAnswerDeps & { wallOffsetMs: number },
): void {
  const ticket = tickets.named(call.ticket);
  if (!ticket) return;
  const lateMs = call.t0 + wallOffsetMs - ticket.validUntilMs;
  if (lateMs > clockToleranceMs) {
    findings.add(
      "ticket_outlived",
      () => `${describeCall(call)}: began ${Math.round(lateMs)} ms after its end`,
    );
  }
  const known = lives.epochKnown({ api: call.api, t: call.t0 });
  const goneT = lives.goneBefore(call.t0);
  if (ticket.epoch < known) {
    findings.add("old_epoch_honoured", () => `${describeCall(call)}: this API had handed out epoch ${known}`);
  } else if (ticket.seenT < goneT) {
    findings.add("old_epoch_honoured", () => `${describeCall(call)}: its Redis was gone at t ${goneT}`);
  }
}
