/**
 * What the client gives out, and how it is made of the API's words: a username is a name, and its votes are its total.
 */

export interface Tally {
  readonly name: string;
  readonly total: number;
}

export interface Ticket {
  readonly ticket: string;
  /** By the server's clock. */
  readonly validUntil: Date;
  readonly usesLeft: number;
}

export interface Leaderboard {
  /** The highest total first. */
  readonly entries: readonly Tally[];
  /** How many names have votes. */
  readonly candidateCount: number;
  /** Votes counted since the counter was opened; begins again at 0 where `epoch` changes. */
  readonly voteCount: number;
  readonly epoch: string;
  /** By the server's clock. */
  readonly readAt: Date;
  /** False while the poll takes no votes. */
  readonly isOpen: boolean;
  /** True while the published totals stand still. */
  readonly isFrozen: boolean;
}

/** How far an accepted vote has come. A state that is not named here may come with a newer server. */
export type ReceiptState = "ACCEPTED" | "QUEUED" | "STORED" | (string & Record<never, never>);

export interface Receipt {
  readonly requestId: string;
  readonly state: ReceiptState;
  readonly voteId: string;
  /** `<epoch>-<version>` in the ledger. */
  readonly version: string;
}

export interface TallyAnswer {
  readonly username: string;
  readonly votes: number;
}

export interface TicketAnswer {
  readonly ticket: string;
  readonly validUntil: string;
  readonly remainingUsage: number;
}

export type LeaderboardAnswer = Omit<Leaderboard, "entries" | "readAt"> & {
  readonly entries: readonly TallyAnswer[];
  readonly readAt: string;
};

export function readTally({ username, votes }: TallyAnswer): Tally {
  return { name: username, total: votes };
}

export function readTicket({ ticket, validUntil, remainingUsage }: TicketAnswer): Ticket {
  return { ticket, validUntil: new Date(validUntil), usesLeft: remainingUsage };
}

export function readLeaderboard({ entries, readAt, ...rest }: LeaderboardAnswer): Leaderboard {
  return { ...rest, entries: entries.map(readTally), readAt: new Date(readAt) };
}
