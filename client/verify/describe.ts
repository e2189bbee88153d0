/** Puts a report into words, one line each. Pure. */
import type { Acceptance } from "./accept_loss.ts";
import type { Repair } from "./repair.ts";
import type { EpochReport, Finding, Hole, VerifyReport, VersionRange } from "./report.ts";

/** Lines about one finding; `--json` names more. */
const LINES_MAX = 20;

export function describeReport(report: VerifyReport): string[] {
  const { redis, shard, agrees, settled, findings } = report;
  const where = redis.epoch === null ? "no epoch" : `epoch ${redis.epoch}, ${describeVersions(redis)}`;
  return [
    `Shard ${shard}, ${where}: ${agrees ? "Redis, votes and vote_events agree" : "they do NOT agree"}`,
    ...describeStores(report),
    ...describeEpochs(report.epochs),
    ...describeAccepted(report.holes),
    ...findings.flatMap((finding) => bulleted(describeFinding(finding))),
    ...(settled
      ? []
      : ["Votes were still under way when the wait was over: totals may differ for no other reason."]),
  ];
}

export function describeAcceptance(acceptance: Acceptance): string[] {
  switch (acceptance.kind) {
    case "acceptance_refused":
      return [acceptance.reason];
    case "holes_accepted":
      return [
        `Accepted the loss of ${
          plural(acceptance.count, "vote")
        } in ${acceptance.shard}/${acceptance.epoch}: ` +
        describeRanges(acceptance.ranges, acceptance.ranges.length),
      ];
    case "forgotten_accepted":
      return acceptance.ranges.map((range) =>
        `Accepted the loss of offsets ${range.firstOffset} to ${
          BigInt(range.nextOffset) - 1n
        } of partition ${range.partition} of "${range.topic}"; the persister reads on from ${range.nextOffset}`
      );
    default:
      throw new Error(`Describe ${acceptance satisfies never}: wanted a known acceptance`);
  }
}

export function describeRepair(repair: Repair): string[] {
  switch (repair.kind) {
    case "nothing_to_repair":
      return ["Nothing to repair"];
    case "repair_refused":
      return [repair.reason];
    case "no_guard":
      return [
        `Closed the shard, but no guard has opened it within ${
          seconds(repair.waitedMs)
        }: votes are refused until a ` +
        "vote persister runs, which restores it",
      ];
    case "restored":
      return [`Closed the shard; the guard restored it from votes under epoch ${repair.epoch}`];
    default:
      throw new Error(`Describe ${repair satisfies never}: wanted a known repair`);
  }
}

function describeVersions({ lastVersion }: VerifyReport["redis"]): string {
  return lastVersion < 0 ? "no vote in it yet" : `versions 0 to ${lastVersion}`;
}

function describeStores({ redis, ledger, looks, tookMs }: VerifyReport): string[] {
  const repeats = ledger.repeatCount === 0
    ? ""
    : `; ${plural(ledger.repeatCount, "repeat")} kept and not counted`;
  return [
    `  Redis     ${plural(redis.names, "name")}, sum ${redis.sum}; ${
      plural(redis.outboxLength, "entry", "entries")
    } in the outbox`,
    `  Postgres  ${
      plural(ledger.names, "name")
    }, sum ${ledger.sum}, ${ledger.sumAfter} of it cast after Redis was read` +
    repeats,
    `  Compared  after ${plural(looks, "look")} in ${seconds(tookMs)}`,
  ];
}

function describeEpochs(epochs: readonly EpochReport[]): string[] {
  const stored = epochs.reduce((sum, { storedCount }) => sum + storedCount, 0);
  const whole = epochs.filter(({ missingCount }) => missingCount === 0).length;
  return [`  Epochs    ${epochs.length}, ${plural(stored, "vote")} stored; ${whole} without a gap`];
}

function describeAccepted(holes: readonly Hole[]): string[] {
  const byEpoch = Map.groupBy(holes.filter(({ accepted }) => accepted), ({ epoch }) => epoch);
  return [...byEpoch].slice(0, LINES_MAX).map(([epoch, ranges]) =>
    `  Accepted  as lost in epoch ${epoch}: ${describeRanges(ranges, ranges.length)}`
  );
}

/** The first line says what, the others name examples. */
function describeFinding(finding: Finding): string[] {
  switch (finding.kind) {
    case "shard_closed":
      return [
        `The shard is closed${
          finding.epoch === null ? "" : ` (epoch ${finding.epoch})`
        }: no vote is accepted`,
      ];
    case "epoch_differs":
      return [
        `Redis is in epoch ${finding.redis ?? "none"}, Postgres in ${
          finding.ledger ?? "none"
        }: no guard has mended it`,
      ];
    case "epoch_not_open":
      return [`Redis counts in epoch ${finding.epoch}, which Postgres does not call open`];
    case "redis_behind":
      return [
        `Redis went back: Postgres holds version ${finding.ledgerHighest} of epoch ${finding.epoch}, ` +
        `Redis has given ${finding.redisLast} at most`,
      ];
    case "redis_moved":
      return ["Redis was opened anew, restarted or carried votes while Postgres was read: compare again"];
    case "outbox_of_older_epoch":
      return [
        `Votes of epoch ${finding.epoch} from version ${finding.fromVersion} on still lie in the outbox: is a relay up?`,
      ];
    case "left_to_carry":
      return [`${plural(finding.count, "stored vote")} left to carry to Redis`];
    case "carried_differs":
      return [
        `Redis has carried ${finding.redis} of Postgres's votes, Postgres calls ${finding.ledger} carried`,
      ];
    case "versions_missing":
      return describeMissing(finding);
    case "version_clash":
      return [
        `${plural(finding.count, "version")} of epoch ${finding.epoch} held under several vote ids: ` +
        finding.versions.slice(0, LINES_MAX).join(", ") + further(finding.count, finding.versions),
      ];
    case "records_forgotten":
      return [
        "Kafka deleted records before they were stored, and votes stay closed until --accept-loss forgotten",
        ...finding.ranges.slice(0, LINES_MAX).map((range) =>
          `partition ${range.partition} of "${range.topic}": offsets ${range.firstOffset} to ${
            BigInt(range.nextOffset) - 1n
          }`
        ),
      ];
    case "total_differs":
      return describeNames(finding, `${plural(finding.count, "total")} in Redis not as in votes`);
    case "only_in_redis":
      return describeNames(finding, `${plural(finding.count, "name")} in Redis alone`);
    case "only_in_votes":
      return describeNames(finding, `${plural(finding.count, "name")} in votes alone`);
    case "votes_differ_from_events":
      return describeNames(finding, `${plural(finding.count, "total")} in votes not the sum of vote_events`);
    default:
      throw new Error(`Describe ${finding satisfies never}: wanted a known finding`);
  }
}

function describeMissing(finding: Finding & { kind: "versions_missing" }): string[] {
  const { epoch, state, count, ranges, inOutboxFrom } = finding;
  return [
    `${plural(count, "version")} of epoch ${epoch} (${state}) missing in Postgres, and not accepted as lost`,
    describeRanges(ranges, ranges.length),
    ...(inOutboxFrom === null
      ? []
      : [`those from ${inOutboxFrom} on still lie in the outbox: not lost, but not relayed`]),
  ];
}

function describeNames(
  { count, names }: {
    count: number;
    names: readonly { name: string; redis?: number; votes: number; events?: number }[];
  },
  what: string,
): string[] {
  const shown = names.slice(0, LINES_MAX);
  return [
    what,
    ...shown.map(({ name, redis, votes, events }) =>
      // Quoted, and with no control character that a terminal would obey.
      `${JSON.stringify(name)}: ` +
      (events === undefined ? `Redis ${redis}, votes ${votes}` : `votes ${votes}, vote_events ${events}`)
    ),
    ...(count > shown.length ? [`and ${count - shown.length} more`] : []),
  ];
}

function describeRanges(ranges: readonly VersionRange[], count: number): string {
  const shown = ranges.slice(0, LINES_MAX);
  const text = shown.map(({ first, last }) => first === last ? String(first) : `${first}-${last}`).join(", ");
  return text + further(count, shown);
}

function further(count: number, shown: readonly unknown[]): string {
  const left = count - Math.min(shown.length, LINES_MAX);
  return left > 0 ? ` and ${left} more` : "";
}

function bulleted([first = "", ...others]: string[]): string[] {
  return [`- ${first}`, ...others.map((line) => `    ${line}`)];
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
