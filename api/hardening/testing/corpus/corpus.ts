/** Every hostile request that has been thought of; one that once did harm stays. */
import { bodyEntries, slowEntries } from "./bodies.ts";
import { documentEntries } from "./documents.ts";
import type { HostileEntry } from "./entry.ts";
import { introspectionEntries } from "./introspection.ts";
import { streamEntries } from "./streams.ts";
import { transportEntries } from "./transport.ts";
import { voteEntries } from "./votes.ts";

/** Answered at once. */
export const quickCorpus: readonly HostileEntry[] = [
  ...documentEntries,
  ...voteEntries,
  ...introspectionEntries,
  ...streamEntries,
  ...bodyEntries,
  ...transportEntries,
];

export const hostileCorpus: readonly HostileEntry[] = [...quickCorpus, ...slowEntries];
