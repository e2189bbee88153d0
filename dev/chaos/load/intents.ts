/** What voters want: requests with texts that are made once, as JSON, for the call and for the history. */

export interface Intent {
  readonly requestId: string;
  /** Members of the variables of the mutation. */
  readonly variables: string;
  /** Members of a line of the history. */
  readonly content: string;
}

export interface IntentOptions {
  /** Candidates. */
  readonly names: readonly string[];
  readonly random: () => number;
  /** Share of voters who say who they are. */
  readonly voterShare: number;
}

/** Some that are hard to pass on unchanged, and as many as an event has. */
export const CANDIDATES: readonly string[] = [
  "Zoë Ångström",
  "李小龍",
  'O\'Brien "Bob" \\ <b>',
  "🗳️",
  "__proto__",
  ...Array.from({ length: 45 }, (_, index) => `candidate ${index + 1}`),
];

const NAMES_MAX = 3;
const COUNT_MAX = 5;
const VOTERS = 1000;

/** Request ids are of this maker alone, and short: the checker keeps all of them. */
export function createIntents({ names, random, voterShare }: IntentOptions) {
  const texts = names.map((name) => JSON.stringify(name));
  const prefix = crypto.randomUUID().slice(0, 8);
  const below = (end: number) => Math.floor(random() * end);
  let made = 0;

  function intent(requestId: string): Intent {
    const chosen = new Set<string>();
    // Squared, so that a few names are hot.
    for (let left = 1 + below(NAMES_MAX); left > 0; left--) {
      chosen.add(texts[below(random() * texts.length)] as string);
    }
    const list = [...chosen].join(",");
    const counts = [...chosen].map(() => 1 + below(COUNT_MAX)).join(",");
    const voter = random() < voterShare ? `"voter ${below(VOTERS)}"` : undefined;
    return {
      requestId,
      variables: `"usernames":[${list}],"voteCount":[${counts}],"requestId":"${requestId}"` +
        (voter ? `,"voterUsername":${voter}` : ""),
      content: `"names":[${list}],"counts":[${counts}]${voter ? `,"voter":${voter}` : ""}`,
    };
  }

  return {
    next: (): Intent => intent(`${prefix}-${(made++).toString(36)}`),
    /** The same id for something else. */
    rival({ requestId, content }: Intent): Intent {
      for (let tries = 0; tries < 100; tries++) {
        const other = intent(requestId);
        if (other.content !== content) return other;
      }
      throw new Error(`Make another vote under one id: ${names.length} names gave none in 100 tries`);
    },
  };
}
