/** What must be true when the faults have ended and everything has drained: the promises, as far as stores can show them. */
import { type CountedVote, NAMES, REQUEST_LIFE_MS, USES, type World } from "./world.ts";

/** Returns what is wrong. */
export function checkPromises(world: World): string[] {
  return [
    ...world.problems,
    ...checkTotals(world),
    ...checkPoll(world),
    ...checkUses(world),
    ...checkLosses(world),
    ...checkRequests(world),
    ...checkDeadLetters(world),
  ];
}

/** Redis = votes = ledger. */
function checkTotals({ redis, postgres: { ledger } }: World): string[] {
  const kept = new Map<string, number>();
  for (const { vote: { names, counts }, repeatOf } of ledger.events.values()) {
    if (repeatOf !== undefined) continue;
    names.forEach((name, index) => kept.set(name, (kept.get(name) ?? 0) + (counts[index] ?? 0)));
  }
  return NAMES.flatMap((name) => {
    const totals = {
      events: kept.get(name) ?? 0,
      votes: ledger.votes.get(name)?.count ?? 0,
      redis: redis.data.tally.get(name) ?? 0,
    };
    const isEqual = totals.events === totals.votes && totals.votes === totals.redis;
    return isEqual ? [] : [`totals of ${name} differ: ${JSON.stringify(totals)}`];
  });
}

/** Redis obeys the poll, whole: state, names and what is published. */
function checkPoll({ redis, postgres: { ledger: { poll } }, candidates }: World): string[] {
  const { revision, voting, results, frozenRevision } = poll.poll;
  const wanted = {
    ...{ revision, voting, results, frozenRevision, candidatesDigest: candidates?.digest },
    candidates: [...candidates?.names ?? []].sort(),
    frozen: results === "frozen" ? sorted(poll.frozen.map(([name, total]) => [name, Number(total)])) : [],
  };
  const { votingSinceMs: _, ...seen } = redis.data.poll.seen;
  const got = {
    ...seen,
    candidates: [...redis.data.poll.candidates].sort(),
    frozen: sorted([...redis.data.poll.frozen]),
  };
  const names = Object.keys(wanted) as (keyof typeof wanted)[];
  return names.flatMap((name) => {
    const [mine, theirs] = [JSON.stringify(wanted[name]), JSON.stringify(got[name])];
    return mine === theirs ? [] : [`Redis has another ${name} of the poll: ${theirs}, wanted ${mine}`];
  });
}

function sorted(totals: readonly [string, number][]): [string, number][] {
  return totals.toSorted(([one], [other]) => one < other ? -1 : 1);
}

function checkUses({ uses }: World): string[] {
  return [...uses].flatMap(([ticket, count]) =>
    count > USES ? [`ticket ${ticket} was used ${count} times of ${USES}`] : []
  );
}

/** Nothing is lost but what died on a disk before a relay had read it. */
function checkLosses({ counted, kafka, mayBeLost, postgres: { ledger } }: World): string[] {
  return [...counted.keys()].flatMap((id) => {
    if (ledger.events.has(id)) return [];
    if (kafka.acknowledged.has(id)) return [`vote ${id} is in Kafka and not in Postgres`];
    return mayBeLost.has(id) ? [] : [`vote ${id} is lost, and no disk with it`];
  });
}

/** However often a request is sent, it is counted once; and not less where one of its votes reached Kafka. */
function checkRequests({ counted, kafka, postgres: { ledger } }: World): string[] {
  const there = [...counted.values()].filter(({ id }) => kafka.acknowledged.has(id));
  const byIntent = Map.groupBy(there, ({ intent }) => intent);
  const byRequest = Map.groupBy(there, ({ requestId, content }) => `${requestId} ${content}`);
  const isCounted = ({ id }: CountedVote) => {
    const row = ledger.events.get(id);
    return row !== undefined && row.repeatOf === undefined;
  };
  return [...byIntent.values()].flatMap((mine) => {
    const first = mine[0] as CountedVote;
    const near = (byRequest.get(`${first.requestId} ${first.content}`) ?? [])
      .filter(({ atMs }) => Math.abs(atMs - first.atMs) < REQUEST_LIFE_MS);
    const times = mine.filter(isCounted).length;
    if (times > 1) return [`request ${first.requestId} was counted ${times} times`];
    return near.some(isCounted) ? [] : [`request ${first.requestId} was not counted`];
  });
}

/** What can never be stored is buried, and nothing else is. */
function checkDeadLetters({ kafka: { garbage, buried } }: World): string[] {
  return [
    ...[...garbage].filter((place) => !buried.has(place)).map((place) => `record ${place} was not buried`),
    ...[...buried].filter((place) => !garbage.has(place)).map((place) => `vote at ${place} was buried`),
  ];
}
