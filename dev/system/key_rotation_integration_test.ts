/**
 * Keys rotate with no refused vote: while voters vote, the ring of every API process and rotator is changed in the three
 * steps of docs/architecture.md ("Key rotation") by restarting one process after another; and a retired key signs
 * nothing that anyone takes.
 */
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { FAR_AWAY_MS, LONG_AGO_MS } from "../../shared/testing/vote_lab.ts";
import { createWorld, type World } from "../../shared/testing/world.ts";
import { parseKeyRing } from "../../shared/ticket/key_ring.ts";
import { createTicketSigner } from "../../shared/ticket/signer.ts";
import { type PatientVoters, startPatientVoters } from "./patient_voters.ts";
import { type RollingPrograms, type RollOptions, startRollingPrograms } from "./rolling_programs.ts";
import { startVoters } from "./voters.ts";

const EPOCH = 1_764_000_000_000;
const INTERVAL_MS = 500;
const LIFETIME_MS = 1000;
const REPEAT_MS_MAX = 4000;
const PER_SECOND = 60;
const SETTINGS = {
  CAST_TICKET_INTERVAL_MS: String(INTERVAL_MS),
  CAST_TICKET_LIFETIME_MS: String(LIFETIME_MS),
  CAST_REQUEST_LIFE_MS: String(2 * REPEAT_MS_MAX),
  // Loads raise the uses, so that the limit does not hide what is tested.
  CAST_TICKET_USES: "1000000",
};
/** How the processes are replaced in each rotation. */
const ROTATIONS: readonly RollOptions["signal"][] = ["SIGTERM", "SIGKILL", "SIGTERM"];

interface Rotation {
  readonly world: World;
  readonly programs: RollingPrograms;
  readonly patient: PatientVoters;
  readonly signal: RollOptions["signal"];
  /** `kid:base64`, as in `CAST_TICKET_KEYS`. */
  readonly old: string;
  readonly next: string;
}

/** Genuine, open for years, and never handed out: only its key can be what it is refused for. */
interface LongTicket {
  readonly text: string;
  readonly key: string;
  readonly requestId: string;
}

Deno.test("three rotations of the ticket key under load refuse no valid vote, and every retired key refuses all", async () => {
  await using world = await createWorld();
  await world.openShard(EPOCH);
  const rings = ["first", ...ROTATIONS.map((_, index) => `next${index}`)].map(newKey);
  const programs = await startRollingPrograms(world, environment(world, rings[0] as string));
  await programs.balanced.whenTicketOpen();
  const voters = startVoters({
    clients: [programs.balanced],
    perSecond: PER_SECOND,
    usernames: ["alice", "bob"],
  });
  const patient = startPatientVoters({
    client: programs.balanced,
    username: "carol",
    repeatMsMax: REPEAT_MS_MAX,
  });

  const retired: LongTicket[] = [];
  for (const [index, signal] of ROTATIONS.entries()) {
    const [old, next] = [rings[index] as string, rings[index + 1] as string];
    const long = await putLongTicket(world, { key: old, opensAt: index + 1 });
    await assertAccepted(programs, long);
    await rotate({ world, programs, patient, signal, old, next });
    retired.push(long);
    await assertRetired(world, { programs, retired });
  }

  await patient.finish();
  const history = await voters.finish();
  console.log(
    `    answers ${JSON.stringify([...history.answers])}, to the end of a ticket ${
      JSON.stringify([...patient.answers])
    }`,
  );
  assertEquals([history.refused.length, history.unknown.length], [0, 0]);
  assertEquals(history.accepted.length, history.arrived.length);
  assertEquals([history.answers.get("TICKET_INVALID"), patient.answers.get("TICKET_INVALID")], [
    undefined,
    undefined,
  ]);
  assert((patient.answers.get("ACCEPTED") ?? 0) > 0);
  assertEquals(patient.changed, []);
  await assertCounted(world, history.accepted.map(({ requestId }) => requestId));
});

async function rotate({ world, programs, patient, signal, old, next }: Rotation): Promise<void> {
  const [oldKid, nextKid] = [kidOf(old), kidOf(next)];
  const added = environment(world, `${old},${next}`);
  await programs.roll("api", { environment: added, signal });
  await programs.roll("ticket_rotator", { environment: added, signal });

  const moved = environment(world, `${next},${old}`);
  const lastSignedAt = await programs.roll("ticket_rotator", { environment: moved, signal });
  // What it signed last was the next ticket, which opens within an interval.
  const retireAt = lastSignedAt + INTERVAL_MS + LIFETIME_MS + REPEAT_MS_MAX;
  await programs.roll("api", { environment: moved, signal });
  await waitFor(async () => kidOf((await programs.balanced.cas())?.ticket ?? "") === nextKid, {
    what: "a ticket of the new key",
  });
  await waitFor(() => Date.now() >= retireAt, { what: "the old key to be out of use" });
  assert(
    patient.lastRepeatAt(oldKid) <= retireAt,
    "a ticket of the old key outlives the wait for its retirement",
  );
  await patient.whenAnswered(oldKid);

  const removed = environment(world, next);
  await programs.roll("api", { environment: removed, signal });
  await programs.roll("ticket_rotator", { environment: removed, signal });
}

function newKey(kid: string): string {
  return `${kid}:${crypto.getRandomValues(new Uint8Array(32)).toBase64()}`;
}

/** The key id that a ring or a ticket begins with. */
function kidOf(text: string): string {
  return text.split(/[:.]/, 1)[0] as string;
}

function environment(world: World, ring: string): Record<string, string> {
  return { ...world.environment(), ...SETTINGS, CAST_TICKET_KEYS: ring };
}

async function putLongTicket(
  { redis, keys }: World,
  { key, opensAt }: { key: string; opensAt: number },
): Promise<LongTicket> {
  const text = await createTicketSigner(parseKeyRing(key)).sign({ shard: 0, epoch: EPOCH, opensAt });
  const ticketKey = keys.ticket({ epoch: EPOCH, opensAt });
  await redis.redis.hset(ticketKey, {
    ticket: text,
    uses_left: 1000,
    opens_at: LONG_AGO_MS,
    expires_at: FAR_AWAY_MS,
  });
  return { text, key: ticketKey, requestId: crypto.randomUUID() };
}

async function answersOf({ processes }: RollingPrograms, { text, requestId }: Partial<LongTicket>) {
  return await Promise.all(
    processes().map(async (client) => {
      const answer = await client.vote({
        usernames: ["dora"],
        voteCount: [1],
        ticket: text as string,
        ...(requestId === undefined ? {} : { requestId }),
      });
      return answer.kind === "result" ? answer.result.code : answer.reason;
    }),
  );
}

/** Before the rotation every process takes it, once under a requestId and once without. */
async function assertAccepted(programs: RollingPrograms, { text, requestId }: LongTicket): Promise<void> {
  assertEquals(await answersOf(programs, { text, requestId }), ["ACCEPTED", "ACCEPTED"]);
  assertEquals(await answersOf(programs, { text }), ["ACCEPTED", "ACCEPTED"]);
}

/** Afterwards no process does: neither a new vote, nor the repeat of one that was accepted. */
async function assertRetired(
  { redis: { redis } }: World,
  { programs, retired }: { programs: RollingPrograms; retired: readonly LongTicket[] },
): Promise<void> {
  for (const { text, key, requestId } of retired) {
    const usesLeft = await redis.hget(key, "uses_left");
    assert(Number(usesLeft) > 0, "not used up");
    assertEquals(await answersOf(programs, { text, requestId }), ["TICKET_INVALID", "TICKET_INVALID"]);
    assertEquals(await answersOf(programs, { text }), ["TICKET_INVALID", "TICKET_INVALID"]);
    assertEquals(await redis.hget(key, "uses_left"), usesLeft);
  }
}

/** Every accepted vote has its entry in the outbox, and the tally is the sum of the entries. */
async function assertCounted({ redis: { redis }, keys }: World, accepted: readonly string[]): Promise<void> {
  const requests = new Set<string>();
  const totals = new Map<string, number>();
  for (const [, [, text]] of await redis.xrange(keys.outbox, "-", "+")) {
    const vote = JSON.parse(text as string) as { names: string[]; counts: number[]; requestId?: string };
    if (vote.requestId !== undefined) requests.add(vote.requestId);
    for (const [index, name] of vote.names.entries()) {
      totals.set(name, (totals.get(name) ?? 0) + (vote.counts[index] as number));
    }
  }
  assertEquals(accepted.filter((requestId) => !requests.has(requestId)), []);
  for (const [name, total] of totals) assertEquals(await redis.zscore(keys.tally, name), String(total), name);
}
