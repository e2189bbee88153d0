/**
 * `replay`: puts dead letters back where they came from. One that is good by now is counted once, however often it is
 * replayed: the ledger knows its vote id. One that is still bad comes back as a dead letter, as one more attempt.
 */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import { positionText, type Selection } from "./arguments.ts";
import type { DeadLetterSource } from "./dead_letter_source.ts";
import { type Letter, reasonOf } from "./letter.ts";
import { printable } from "./printable.ts";
import type { ReplayProducer } from "./replay_producer.ts";
import { type LetterState, readStates } from "./stored_votes.ts";

export interface ReplayOptions {
  readonly source: DeadLetterSource;
  readonly pool: PostgresPool;
  readonly producer: ReplayProducer;
  /** The topic of the votes. */
  readonly topic: string;
  readonly selection: Selection;
  readonly dryRun: boolean;
  /** Also records that came from another topic, or from nobody knows where. */
  readonly force: boolean;
  /** One JSON object a line, the last one with the totals. */
  readonly json: boolean;
  readonly write: (line: string) => void;
}

/** What becomes of one dead letter, before it is sent. */
type ReplayDecision = "send" | "already_stored" | "from_elsewhere";

/** Returns whether nothing was refused. */
export async function replayLetters(options: ReplayOptions): Promise<boolean> {
  const { source, selection, dryRun, json, write } = options;
  const counts = { sent: 0, skipped: 0, refused: 0 };
  const replayRun = async (letters: readonly Letter[]) => {
    const run = await replaySome(options, letters);
    counts.sent += run.sent;
    counts.skipped += run.skipped;
    counts.refused += run.refused;
  };
  switch (selection.kind) {
    case "positions":
      await source.eachAt(selection.positions, replayRun);
      break;
    case "reason":
      await source.eachStanding((letters) =>
        replayRun(letters.filter((letter) => reasonOf(letter) === selection.reason))
      );
      break;
    case "all":
      await source.eachStanding(replayRun);
      break;
    default:
      throw new Error(`Replay by ${selection satisfies never}: wanted a known selection`);
  }
  if (json) {
    write(JSON.stringify({ totals: { ...counts, dryRun } }));
    return counts.refused === 0;
  }
  const sent = `${counts.sent} ${dryRun ? "would be sent" : "sent"}`;
  write(`${sent}, ${counts.skipped} already stored, ${counts.refused} refused`);
  return counts.refused === 0;
}

async function replaySome(
  { pool, producer, topic, dryRun, force, json, write }: ReplayOptions,
  letters: readonly Letter[],
): Promise<{ sent: number; skipped: number; refused: number }> {
  const stateOf = await readStates(pool, letters);
  const toSend: Letter[] = [];
  const say = (letter: Letter, { outcome, text }: { outcome: ReplayDecision; text: string }) =>
    write(json ? replayJson(letter, outcome) : `${describe(letter)}: ${text}`);
  let [skipped, refused] = [0, 0];
  for (const letter of letters) {
    const decision = decide(letter, { state: stateOf(letter), topic, force });
    if (decision === "send") toSend.push(letter);
    else if (decision === "already_stored") {
      skipped += 1;
      say(letter, { outcome: decision, text: "skipped, the ledger holds this vote" });
    } else {
      refused += 1;
      const from = letter.label
        ? `came from topic "${letter.label.origin.topic}"`
        : "does not say where it came from";
      say(letter, { outcome: decision, text: `refused, it ${from}; --force sends it to "${topic}"` });
    }
  }
  const text = `${dryRun ? "would be sent" : "sent"} to "${topic}"`;
  const report = (sent: readonly Letter[]) =>
    sent.forEach((letter) => say(letter, { outcome: "send", text }));
  if (dryRun) report(toSend);
  else await producer.send(toSend, report);
  return { sent: toSend.length, skipped, refused };
}

function decide(
  { label }: Letter,
  { state, topic, force }: { state: LetterState; topic: string; force: boolean },
): ReplayDecision {
  if (state === "stored") return "already_stored";
  return force || label?.origin.topic === topic ? "send" : "from_elsewhere";
}

function replayJson(letter: Letter, outcome: ReplayDecision): string {
  const { partition, offset } = letter.position;
  const { voteId = null } = letter;
  return JSON.stringify({ partition, offset: String(offset), reason: reasonOf(letter), voteId, outcome });
}

function describe(letter: Letter): string {
  return printable(`${positionText(letter.position)} ${reasonOf(letter)} ${letter.voteId ?? "-"}`);
}
