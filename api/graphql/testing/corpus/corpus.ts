/** Every request that has been thought of; one that once showed a difference stays. */
import { definitionEntries } from "./definitions.ts";
import { documentEntries } from "./documents.ts";
import type { Entry } from "./entry.ts";
import { envelopeEntries } from "./envelopes.ts";
import { headerEntries } from "./headers.ts";
import { leaderboardEntries } from "./leaderboards.ts";
import { listEntries } from "./lists.ts";
import { outcomeEntries } from "./outcomes.ts";
import { variableEntries } from "./variables.ts";

export const corpus: readonly Entry[] = [
  ...outcomeEntries,
  ...documentEntries,
  ...definitionEntries,
  ...variableEntries,
  ...listEntries,
  ...leaderboardEntries,
  ...envelopeEntries,
  ...headerEntries,
];
