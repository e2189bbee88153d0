/**
 * `deno task test:compose`: the whole system as a fresh clone brings it up, from the image and compose.yaml. Every service
 * is killed in turn, then all at once, then every container is thrown away; votes go on before, meanwhile and after. At
 * the end Redis's tally, the table of totals, the sum of the ledger and what clients were told must be one and the same.
 */
import { pause } from "../stack/backoff.ts";
import { launch } from "../stack/launcher.ts";
import { findFreePort, LOOPBACK } from "../stack/ports.ts";
import { waitUntil } from "../stack/wait_until.ts";
import { type ComposeProject, createComposeProject } from "./compose_project.ts";
import { type Ballot, createVoter, type Voter } from "./voter.ts";

const PROGRAMS = ["api", "ticket-rotator", "outbox-relay", "vote-persister"];
const STORES = ["redis", "kafka", "postgres"];
const SERVICES = [...PROGRAMS, ...STORES];

const ACCEPT_DEADLINE_MS = 30_000;
const STORE_DEADLINE_MS = 60_000;
/** Longer than the beat of the tickets, so that what happens without the killed service shows. */
const DOWN_MS = 1_500;

const TOTALS = `select json_build_object(
  'votes', (select coalesce(json_object_agg(username, count), '{}') from votes),
  'events', (select coalesce(json_object_agg(username, total), '{}') from (
    select username, sum(count) as total from vote_events, unnest(usernames, counts) as named(username, count)
    where repeat_of is null group by username) as sums),
  'counted', (select count(*) from vote_events where repeat_of is null),
  'requests', (select count(distinct request_id) from vote_events where repeat_of is null))`;

type Totals = Record<string, number>;

interface Smoke {
  project: ComposeProject;
  voter: Voter;
  /** What clients were told is counted. */
  accepted: { votes: number; totals: Totals };
}

async function main(stopping: AbortSignal): Promise<number> {
  const ports = claimPorts([
    "CAST_API_PORT",
    ...STORES.map((store) => `CAST_COMPOSE_${store.toUpperCase()}_PORT`),
  ]);
  const name = `cast-smoke-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const project = createComposeProject({ name, environment: ports });
  const voter = createVoter(`http://${LOOPBACK}:${ports["CAST_API_PORT"]}/graphql`);
  const smoke: Smoke = { project, voter, accepted: { votes: 0, totals: {} } };
  try {
    await run(smoke, stopping);
    return 0;
  } catch (error) {
    if (!stopping.aborted) {
      console.error(await project.run(["logs", "--no-color", "--tail", "20"]).catch(String));
    }
    throw error;
  } finally {
    await project.run(["down", "--volumes", "--timeout", "2"]);
  }
}

async function run(smoke: Smoke, stopping: AbortSignal): Promise<void> {
  const { project } = smoke;
  // Podman names networks where Compose wants their ids, so without the flag it makes every container anew.
  const up = () => project.run(["up", "--detach", "--wait", "--no-recreate"]);
  const upMs = await timed(() => project.run(["up", "--build", "--detach", "--wait"]));
  console.log(`built and healthy after ${seconds(upMs)}`);
  await accept(smoke);
  await stored(smoke);
  row(["fault", "vote meanwhile", "healthy again", "next vote", "stored"]);
  const faults: [string, readonly string[], readonly string[]][] = [
    ...SERVICES.map((service): [string, string[], string[]] => [
      `SIGKILL ${service}`,
      [service],
      ["kill", "--signal", "SIGKILL", service],
    ]),
    ["SIGKILL all seven", SERVICES, ["kill", "--signal", "SIGKILL", ...SERVICES]],
    ["containers removed", [], ["down"]],
  ];
  for (const [title, killed, fault] of faults) {
    stopping.throwIfAborted();
    await accept(smoke);
    const started = await startTimes(project, killed);
    await project.run(fault);
    await pause(DOWN_MS);
    const meanwhile = createBallot();
    const outcome = await smoke.voter.attempt(meanwhile);
    const againMs = await timed(up);
    const nextMs = await timed(() => accept(smoke, meanwhile));
    const same = (await startTimes(project, killed)).filter((time, index) => time === started[index]);
    if (same.length > 0) throw new Error(`Check "${title}": ${same.length} containers were not started anew`);
    const storedMs = await timed(() => stored(smoke));
    row([title, outcome, seconds(againMs), seconds(nextMs), seconds(storedMs)]);
  }
  await agreement(smoke);
  await stopInOrder(project);
}

function createBallot(): Ballot {
  return { requestId: crypto.randomUUID(), names: ["Ada", "Grace"], counts: [1, 2] };
}

/** Votes until accepted, and remembers what the client was told. */
async function accept({ voter, accepted }: Smoke, ballot = createBallot()): Promise<void> {
  await voter.castUntilAccepted(ballot, ACCEPT_DEADLINE_MS);
  accepted.votes += 1;
  ballot.names.forEach((name, index) => {
    accepted.totals[name] = (accepted.totals[name] ?? 0) + (ballot.counts[index] ?? 0);
  });
}

/** Waits until Postgres holds every accepted vote; one too many is an error at once. */
async function stored({ project, accepted }: Smoke): Promise<void> {
  await waitUntil(async () => {
    const { counted } = await project.query<{ counted: number }>(TOTALS);
    if (counted > accepted.votes) throw new Error(`Count the ledger: ${counted}, wanted ${accepted.votes}`);
    return counted === accepted.votes;
  }, { what: `Postgres holds ${accepted.votes} votes`, deadlineMs: STORE_DEADLINE_MS });
}

async function agreement({ project, accepted }: Smoke): Promise<void> {
  const { votes, events, counted, requests } = await project.query<
    { votes: Totals; events: Totals; counted: number; requests: number }
  >(TOTALS);
  const flat = (await project.redis(["zrange", "cast:{0}:tally", "0", "-1", "withscores"])).split("\n");
  const tally: Totals = {};
  for (let index = 0; index < flat.length; index += 2) tally[`${flat[index]}`] = Number(flat[index + 1]);
  const kinds = {
    "told to clients": accepted.totals,
    "Redis tally": tally,
    "table votes": votes,
    "sum of events": events,
  };
  row(["", ...Object.keys(accepted.totals)]);
  for (const [kind, totals] of Object.entries(kinds)) {
    row([
      kind,
      ...sorted(totals).map(([, total]) => `${total}`),
    ]);
  }
  console.log(`${accepted.votes} votes accepted, ${counted} in the ledger under ${requests} request ids`);
  const texts = Object.values(kinds).map((totals) => JSON.stringify(sorted(totals)));
  if (new Set(texts).size > 1) throw new Error(`Compare the totals: ${texts.join(", ")} differ`);
  if (requests !== accepted.votes) {
    throw new Error(`Count the requests: ${requests}, wanted ${accepted.votes}`);
  }
}

/** SIGTERM must reach each program through the task that started it, and end it with exit code 0. */
async function stopInOrder(project: ComposeProject): Promise<void> {
  const stopMs = await timed(() => project.run(["stop", ...PROGRAMS]));
  const codes = await Promise.all(PROGRAMS.map(async (service) => (await project.inspect(service)).ExitCode));
  console.log(
    `SIGTERM: ${PROGRAMS.map((service, index) => `${service} ${codes[index]}`).join(", ")}, ${
      seconds(stopMs)
    }`,
  );
  if (codes.some((code) => code !== 0)) throw new Error(`Stop the programs: exit codes ${codes}, wanted 0`);
}

async function startTimes(project: ComposeProject, services: readonly string[]): Promise<string[]> {
  return await Promise.all(services.map(async (service) => (await project.inspect(service)).StartedAt));
}

function claimPorts(names: string[]): Record<string, string> {
  const taken = new Set<number>();
  return Object.fromEntries(names.map((name) => {
    const port = findFreePort({ taken });
    taken.add(port);
    return [name, `${port}`];
  }));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function sorted(totals: Totals): [string, number][] {
  return Object.entries(totals).sort();
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function row(cells: string[]): void {
  console.log(cells.map((cell) => cell.padEnd(24)).join("").trimEnd());
}

if (import.meta.main) await launch(main);
