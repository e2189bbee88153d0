/** A receipt's whole way through real processes: from the answer to the vote to the ledger, also past a new guard. */
import { assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { startSystem } from "./system.ts";

interface Receipt {
  readonly state: "ACCEPTED" | "QUEUED" | "STORED";
  readonly voteId: string;
  readonly version: string;
}

const RANK = { ACCEPTED: 0, QUEUED: 1, STORED: 2 };

async function ask(url: string | undefined, requestId: string): Promise<Receipt> {
  const response = await fetch(url ?? "", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: "query ($id: ID!) { receipt(requestId: $id) { state voteId version } }",
      variables: { id: requestId },
    }),
  });
  return (await response.json()).data.receipt;
}

Deno.test("every accepted vote gets a receipt that ends with STORED and never goes back, whichever guard speaks", async () => {
  await using world = await createWorld();
  const pool = await world.postgres();
  const system = await startSystem(world, { environment: { CAST_TICKET_USES: "1000" } });
  const [client] = system.clients;
  const [url] = system.urls;

  async function castAndFollow(requestId: string): Promise<Receipt> {
    const { ticket = "" } = await client?.whenTicketOpen() ?? {};
    const answer = await client?.vote({ usernames: ["ada"], voteCount: [1], ticket, requestId });
    assertEquals(answer?.kind === "result" && answer.result.code, "ACCEPTED");
    let rank = 0;
    return await waitFor(async () => {
      const receipt = await ask(url, requestId);
      assertEquals(RANK[receipt.state] >= rank, true, `${receipt.state} after ${rank}`);
      rank = RANK[receipt.state];
      return receipt.state === "STORED" && receipt;
    }, { what: "a vote that is called stored", withinMs: 60_000 });
  }

  const first = await castAndFollow("first");
  await system.killAndReplace("vote_persister");
  const second = await castAndFollow("second");
  const { rows } = await pool.query(
    `select vote_id as "voteId", epoch || '-' || version as version, 'STORED' as state from vote_events order by version`,
  );
  assertEquals(rows, [first, second].map(({ voteId, version, state }) => ({ voteId, version, state })));
});
