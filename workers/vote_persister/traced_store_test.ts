import { assert } from "@std/assert";
import { traceStore } from "./traced_store.ts";
import type { VoteStore } from "./vote_store.ts";

Deno.test("traceStore() leaves the store as it is where Deno does not trace", () => {
  const store = { storeVotes: () => {}, storeContestedVote: () => {} } as unknown as VoteStore;
  assert(traceStore(store) === store);
});
