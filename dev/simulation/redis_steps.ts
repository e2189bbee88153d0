/**
 * Random calls for a real and a simulated Redis: few names, ids and epochs, so that calls meet one another, and times so
 * far from the present that neither clock matters.
 */
import type { Voting } from "../../shared/poll/poll_state.ts";
import type { PollSwitch } from "../../shared/redis/poll_scripts.ts";
import type { VoteToCarry } from "../../shared/redis/shard_scripts.ts";
import type { MintInput } from "../../shared/redis/ticket_scripts.ts";
import type { VoteScriptInput } from "../../shared/redis/vote_script.ts";
import { voteId } from "./garbage.ts";
import type { Random } from "./random.ts";

const HOUR_MS = 3_600_000;
const NAMES = ["ada", "grace", 'O"Brien\\'] as const;
export const REQUEST_IDS = ["r0", "r1", "r 2"] as const;
export const EPOCHS = [1000, 1001, 1002, 1003] as const;
/** Slots around the present, in hours. */
export const SLOTS = [-2, -1, 0, 1, 2] as const;

/** Who votes where a voter has a limit. */
export const VOTERS = ["", "alan"] as const;

export interface SwitchStep {
  readonly act: "switch";
  readonly id: number;
  readonly on: PollSwitch["on"];
  /** The guard has seen what Redis obeys. */
  readonly sees: boolean;
  /** All of what was loaded is there. */
  readonly isWhole: boolean;
  readonly voting: Voting;
  readonly candidates: readonly string[] | undefined;
  /** Undefined: results are live. */
  readonly frozen: readonly [string, string][] | undefined;
}

export type RedisStep =
  | SwitchStep
  | { readonly act: "vote"; readonly input: VoteScriptInput }
  | { readonly act: "mint"; readonly input: MintInput }
  | { readonly act: "claim"; readonly claimId: string }
  | { readonly act: "load"; readonly claimId: string; readonly totals: readonly [string, string][] }
  | { readonly act: "open"; readonly claimId: string; readonly epoch: number; readonly restored: boolean }
  | { readonly act: "carry"; readonly epoch: number; readonly votes: readonly VoteToCarry[] }
  | { readonly act: "trim"; readonly id: string }
  | { readonly act: "head"; readonly countMax: number }
  | { readonly act: "open_ticket" | "read_shard" | "read_carried" | "read_frozen" | "restart" | "wipe" };

export interface RedisScene {
  readonly random: Random;
  /** Such that a quarter of an hour has passed since a slot opened. */
  readonly timeMs: number;
  nextId(): number;
}

/** When a slot of these opens. */
export function slotMs({ timeMs }: { readonly timeMs: number }, slot: number): number {
  return timeMs - HOUR_MS / 4 + slot * HOUR_MS;
}

/** Opens a shard, so that most histories get somewhere. */
export function firstRedisSteps(scene: RedisScene): RedisStep[] {
  return [
    { act: "claim", claimId: "c1" },
    { act: "open", claimId: "c1", epoch: 1001, restored: false },
    { act: "mint", input: mintInput(scene, { epoch: 1001, slot: 0 }) },
  ];
}

export function randomRedisStep(scene: RedisScene): RedisStep {
  const { random } = scene;
  const roll = random.next();
  if (roll < 0.38) return { act: "vote", input: voteInput(scene) };
  if (roll < 0.45) return switchStep(scene);
  if (roll < 0.53) {
    return { act: "mint", input: mintInput(scene, { epoch: epoch(random), slot: random.pick(SLOTS) }) };
  }
  if (roll < 0.58) return { act: "claim", claimId: claimId(random) };
  if (roll < 0.63) return { act: "load", claimId: claimId(random), totals: totals(random) };
  if (roll < 0.72) {
    return { act: "open", claimId: claimId(random), epoch: epoch(random), restored: random.chance(0.5) };
  }
  if (roll < 0.81) return { act: "carry", epoch: epoch(random), votes: votesToCarry(random) };
  if (roll < 0.87) return { act: "trim", id: `${epoch(random)}-${random.int(0, 4)}` };
  if (roll < 0.9) return { act: "head", countMax: random.int(1, 3) };
  if (roll < 0.915) return { act: "restart" };
  if (roll < 0.925) return { act: "wipe" };
  return { act: random.pick(["open_ticket", "read_shard", "read_carried", "read_frozen"]) };
}

/** Mostly on an open shard, one that takes votes. */
function switchStep({ random, nextId }: RedisScene): SwitchStep {
  return {
    act: "switch",
    id: nextId(),
    on: random.chance(0.6) ? { epoch: epoch(random) } : { claimId: claimId(random) },
    sees: random.chance(0.85),
    isWhole: random.chance(0.85),
    voting: random.chance(0.25) ? "closed" : "open",
    candidates: random.chance(0.3) ? NAMES.slice(0, random.int(1, NAMES.length)) : undefined,
    frozen: random.chance(0.3) ? random.chance(0.3) ? [] : totals(random) : undefined,
  };
}

/** Mostly the one that is open at first. */
function epoch(random: Random): number {
  return random.chance(0.7) ? 1001 : random.pick(EPOCHS);
}

/** Mostly the one that was claimed last. */
function claimId(random: Random): string {
  return random.pick(["c1", "c1", "c1", "c2"]);
}

function voteInput(scene: RedisScene): VoteScriptInput {
  const { random } = scene;
  const names = random.chance(0.3) ? [NAMES[0], random.pick([NAMES[1], NAMES[2]])] : [random.pick(NAMES)];
  const counts = names.map(() => random.pick([1, 1, 2, 9]));
  const voter = random.chance(0.3) ? VOTERS[1] : undefined;
  const requestId = random.chance(0.5) ? random.pick(REQUEST_IDS) : undefined;
  const slot = random.chance(0.8) ? 0 : random.pick(SLOTS);
  return {
    ticket: { kid: "k", shard: 0, epoch: epoch(random), opensAt: slotMs(scene, slot) },
    record: {
      v: 1,
      id: voteId(scene.nextId()),
      shard: 0,
      names,
      counts,
      ...(voter === undefined ? {} : { voter }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    fingerprint: `${names.length}${counts.join("")}${voter ?? ""}`,
  };
}

function mintInput(scene: RedisScene, { epoch, slot }: { epoch: number; slot: number }): MintInput {
  const signed = (opensAt: number) => ({ text: `ticket of ${opensAt}`, opensAt });
  return {
    epoch,
    current: signed(slotMs(scene, slot)),
    next: signed(slotMs(scene, slot + 1)),
    uses: 4,
    lifetimeMs: 1.5 * HOUR_MS,
  };
}

function totals(random: Random): [string, string][] {
  return NAMES.slice(0, random.int(1, NAMES.length)).map((name) => [name, String(random.int(0, 9))]);
}

function votesToCarry(random: Random): VoteToCarry[] {
  return Array.from({ length: random.int(1, 3) }, () => {
    const id = random.int(1, 6);
    return { voteId: voteId(id), names: [NAMES[id % 3] as string], changes: [id % 2 === 0 ? 1 : -1] };
  });
}
