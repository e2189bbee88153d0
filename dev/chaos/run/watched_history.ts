/** The history as it is written, watched for what voters are told while a fault goes on, and for the first vote after it. */
import { ticketEpoch, UNKNOWN } from "../load/history.ts";
import type { History } from "../load/history_writer.ts";
import type { Counts } from "./sightings.ts";

export interface AcceptedCall {
  readonly requestId: string;
  /** History time of its answer. */
  readonly t1: number;
}

export interface WatchedHistory extends History {
  /** Whether the runner has declared that Kafka lost what it had acknowledged. */
  isKafkaLost(): boolean;
  /** What voters were told so far that tells of a fault; `refused_epoch` for tickets of an epoch that is over. */
  told(): Counts;
  /** The first ACCEPTED answer to a call begun after `t`; undefined when none comes in time. */
  acceptedAfter(
    t: number,
    options: { withinMs: number; signal: AbortSignal },
  ): Promise<AcceptedCall | undefined>;
}

/** Answers that voters get at a fault, and hardly ever else. */
const TELLING: ReadonlySet<string> = new Set([UNKNOWN, "NOT_READY", "OVERLOADED", "TICKET_EXHAUSTED"]);

interface Watcher {
  readonly t: number;
  readonly resolve: (call: AcceptedCall | undefined) => void;
}

export function watchHistory(history: History): WatchedHistory {
  const watchers = new Set<Watcher>();
  const told: Record<string, number> = {};
  let kafkaLost = false;
  let newestEpoch = 0;
  const count = (label: string) => told[label] = (told[label] ?? 0) + 1;
  return {
    ...history,
    isKafkaLost: () => kafkaLost,
    told: () => ({ ...told }),
    ticket(line) {
      newestEpoch = Math.max(newestEpoch, line.epoch);
      history.ticket(line);
    },
    event(event) {
      kafkaLost ||= event.event === "kafka_lost";
      history.event(event);
    },
    call(line) {
      history.call(line);
      if (line.outcome === "TICKET_EXPIRED" && ticketEpoch(line.ticket) < newestEpoch) count("refused_epoch");
      if (TELLING.has(line.outcome)) count(`told_${line.outcome}`);
      if (watchers.size === 0 || line.outcome !== "ACCEPTED") return;
      for (const watcher of watchers) {
        if (line.t0 < watcher.t) continue;
        watchers.delete(watcher);
        watcher.resolve({ requestId: line.requestId, t1: line.t1 });
      }
    },
    acceptedAfter(t, { withinMs, signal }) {
      return new Promise((resolve) => {
        const end = (call?: AcceptedCall) => {
          clearTimeout(timer);
          signal.removeEventListener("abort", giveUp);
          resolve(call);
        };
        const watcher: Watcher = { t, resolve: end };
        const giveUp = () => {
          watchers.delete(watcher);
          end();
        };
        const timer = setTimeout(giveUp, withinMs);
        signal.addEventListener("abort", giveUp, { once: true });
        watchers.add(watcher);
      });
    },
  };
}
