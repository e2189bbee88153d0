/** Mint, with the tickets counted that it has written: of several rotators only the first writes a ticket. */
import type { MintInput, MintOutcome } from "../../shared/redis/ticket_scripts.ts";
import type { RotatorMetrics } from "./metrics.ts";

type Mint = (input: MintInput) => Promise<MintOutcome>;

export function measureMint(mint: Mint, metrics: Pick<RotatorMetrics, "minted">): Mint {
  return async (input) => {
    const outcome = await mint(input);
    if (outcome.kind === "minted") metrics.minted(outcome.count);
    return outcome;
  };
}
