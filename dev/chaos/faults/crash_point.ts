/**
 * A worker dies at a named point of its work: between two steps that a plain SIGKILL hits once in a thousand times.
 */
import type { PointName } from "../programs/point_names.ts";
import type { Arena } from "../run/arena.ts";
import type { ProgramName } from "../run/program_child.ts";
import type { Random } from "../run/random.ts";
import { anyOf, type Evidence, type Fault } from "./fault.ts";
import { sendMalformedRecord } from "./malformed_record.ts";
import { loseVotesUnderWay } from "./late_votes.ts";

type Trigger = (arena: Arena, random: Random) => Promise<void>;

const HIT_MS_MAX = 20_000;
const nothing: Trigger = () => Promise.resolve();
const restartRedis: Trigger = async ({ stores, killRedis }) => {
  await killRedis();
  await stores.redis.start();
};
const wipeRedis: Trigger = ({ wipeRedis }) => wipeRedis();
const restartOrWipe: Trigger = (arena, random) => random.pick([restartRedis, wipeRedis])(arena, random);

const bothOf = <T extends string>(step: T) => [`before_${step}`, `after_${step}`] as const;

export const CRASH_FAULTS: readonly Fault[] = [
  ...[...bothOf("produce"), ...bothOf("trim")]
    .map((point) => crashAt({ program: "outbox_relay", point, trigger: nothing, skipMax: 30 })),
  ...[...bothOf("store"), ...bothOf("offset_commit")]
    .map((point) => crashAt({ program: "vote_persister", point, trigger: nothing, skipMax: 30 })),
  ...bothOf("bury").map((point) =>
    crashAt({ program: "vote_persister", point, trigger: sendMalformedRecord, skipMax: 0 })
  ),
  ...[...bothOf("claim"), ...bothOf("transaction"), ...bothOf("seal"), ...bothOf("begin"), ...bothOf("open")]
    .map((point) => crashAt({ program: "vote_persister", point, trigger: restartOrWipe, skipMax: 0 })),
  ...[...bothOf("drain"), ...bothOf("load")]
    .map((point) => crashAt({ program: "vote_persister", point, trigger: wipeRedis, skipMax: 0 })),
  ...[...bothOf("carry"), ...bothOf("mark")]
    .map((point) => crashAt({ program: "vote_persister", point, trigger: loseVotesUnderWay, skipMax: 0 })),
];

interface CrashOptions {
  readonly program: ProgramName;
  readonly point: PointName;
  /** What brings a worker to the point; nothing where its common work does. */
  readonly trigger?: Trigger;
  readonly skipMax: number;
}

export function crashAt({ program, point, trigger = nothing, skipMax }: CrashOptions): Fault {
  return {
    name: `crash_${program}_${point}`,
    about: `${program} dies ${point.replaceAll("_", " ")}`,
    async inject(arena, random): Promise<Evidence> {
      const { fleet, untilSeen } = arena;
      const copies = fleet.named(program);
      const hit = untilSeen(`crash_${point}`, HIT_MS_MAX);
      const skip = random.between(0, skipMax);
      for (const copy of copies) copy.tell({ do: "crash", point, skip });
      try {
        await trigger(arena, random);
        await hit;
      } finally {
        // The one that is left is to take over.
        for (const copy of copies) copy.tell({ do: "release", point });
      }
      return anyOf(`crash_${point}`);
    },
  };
}
