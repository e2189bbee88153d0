/** Which votes the ledger holds by now: asked, never written. */
import type { PostgresPool } from "../../shared/postgres/pool.ts";
import type { Letter } from "./letter.ts";

/** `stored`: its vote id is in the ledger. `open`: it is not, or the record does not tell its id. */
export type LetterState = "stored" | "open";

export async function readStates(
  pool: PostgresPool,
  letters: readonly Letter[],
): Promise<(letter: Letter) => LetterState> {
  const voteIds = letters.map(({ voteId }) => voteId).filter((voteId) => voteId !== undefined);
  const stored = new Set<string>();
  if (voteIds.length > 0) {
    const { rows } = await pool.query<{ vote_id: string }>(
      "select vote_id from vote_events where vote_id = any($1::uuid[])",
      [voteIds],
    );
    for (const { vote_id } of rows) stored.add(vote_id);
  }
  return ({ voteId }) => voteId !== undefined && stored.has(voteId) ? "stored" : "open";
}
