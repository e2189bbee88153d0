/** Every ticket of the run: since when it is known, until when it is good, how many uses it may have. */
import type { TicketLine } from "../load/history.ts";

export interface KnownTicket {
  readonly name: string;
  /** From 1. */
  readonly number: number;
  readonly epoch: number;
  /** When `cas` first answered with it. */
  readonly seenT: number;
  readonly validUntilMs: number;
  /** Votes that it alone can have admitted. */
  uses: number;
  /** Somebody was refused because it was used up. */
  isExhausted: boolean;
}

export type TicketTable = ReturnType<typeof createTicketTable>;

export function createTicketTable(firstUses: number) {
  const byName = new Map<string, KnownTicket>();
  const numbered: KnownTicket[] = [];
  const changes: { t: number; uses: number }[] = [{ t: -Infinity, uses: firstUses }];

  return {
    changeUses: ({ t, uses }: { t: number; uses: number }) => void changes.push({ t, uses }),
    add({ ticket: name, epoch, t: seenT, validUntilMs }: TicketLine): void {
      if (byName.has(name)) return;
      const ticket = {
        name,
        number: numbered.length + 1,
        epoch,
        seenT,
        validUntilMs,
        uses: 0,
        isExhausted: false,
      };
      byName.set(name, ticket);
      numbered.push(ticket);
    },
    named: (name: string): KnownTicket | undefined => byName.get(name),
    numbered: (number: number): KnownTicket | undefined => numbered[number - 1],
    all: (): readonly KnownTicket[] => numbered,
    /** Those in force when it was first seen: nobody votes while they change. When the whole history was read. */
    usesMax: ({ seenT }: KnownTicket): number => changes.findLast(({ t }) => t <= seenT)?.uses ?? firstUses,
  };
}
