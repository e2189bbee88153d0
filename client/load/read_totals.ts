/** The totals that the API shows, which are Redis's. */
import type { HttpClient } from "./http_client.ts";

const AT_ONCE = 16;

export async function readTotals(
  client: HttpClient,
  names: readonly string[],
): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  const left = names.values();
  const ask = async () => {
    for (const name of left) totals.set(name, await readTotal(client, name));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return totals;
}

async function readTotal(client: HttpClient, name: string): Promise<number> {
  const query = "query ($name: String!) { query(username: $name) }";
  const answer = await client.post(() => JSON.stringify({ query, variables: { name } }));
  const total = (JSON.parse(answer) as { data?: { query?: number } | null }).data?.query;
  if (total === undefined) throw new Error(`Ask the API for the total of "${name}": got none`);
  return total;
}
