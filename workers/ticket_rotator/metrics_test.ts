import { assertEquals } from "@std/assert";
import { Registry } from "prom-client";
import type { MintInput, MintOutcome, OpenTicketOutcome } from "../../shared/redis/ticket_scripts.ts";
import type { ShardState } from "../../shared/redis/shard_scripts.ts";
import { readCurrentTicket } from "./current_ticket.ts";
import { measureMint } from "./measured_mint.ts";
import { createRotatorMetrics } from "./metrics.ts";

const NOW_MS = 1_764_000_005_300;
const OPEN: OpenTicketOutcome = { kind: "open", ticket: "secret", expiresAt: NOW_MS + 1700, usesLeft: 42 };

function lab(outcome: () => OpenTicketOutcome) {
  const registry = new Registry();
  const metrics = createRotatorMetrics(registry, {
    readTicket: () =>
      readCurrentTicket({
        readOpenTicket: () => Promise.resolve(outcome()),
        readShard: () => Promise.resolve({ timeMs: NOW_MS } as ShardState),
        lifetimeMs: 2000,
      }),
  });
  const text = () => registry.metrics();
  const shown = async () => {
    const lines = (await text()).split("\n");
    return [
      "cast_ticket_open",
      "cast_ticket_age_seconds",
      "cast_ticket_uses_left",
      "cast_tickets_minted_total",
    ]
      .map((name) => Number(lines.find((each) => each.startsWith(`${name} `))?.split(" ")[1]));
  };
  return { metrics, shown, text };
}

Deno.test("the ticket's figures are those of the one that is handed out, by Redis's clock, without its text", async () => {
  let outcome: OpenTicketOutcome = OPEN;
  const { shown, text } = lab(() => outcome);
  assertEquals(await shown(), [1, 0.3, 42, 0]);
  assertEquals((await text()).includes("secret"), false);
  outcome = { kind: "none" };
  assertEquals(await shown(), [0, 0, 0, 0]);
});

Deno.test("measureMint() counts the tickets that this rotator was the first to write", async () => {
  const { metrics, shown } = lab(() => OPEN);
  const outcomes: MintOutcome[] = [{ kind: "minted", count: 2 }, { kind: "stale" }, {
    kind: "minted",
    count: 0,
  }];
  const mint = measureMint(() => Promise.resolve(outcomes.shift() as MintOutcome), metrics);
  const input = {} as MintInput;
  assertEquals(await mint(input), { kind: "minted", count: 2 });
  await mint(input);
  await mint(input);
  assertEquals((await shown())[3], 2);
});
