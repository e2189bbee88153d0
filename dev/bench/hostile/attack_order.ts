/** What is said to and by the thread that attacks. */

export interface AttackOrder {
  readonly port: number;
  readonly ticket: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface AttackReport {
  readonly sent: number;
  /** What was not answered as it must be. */
  readonly wrong: readonly string[];
}
