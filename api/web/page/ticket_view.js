// @ts-check
/// <reference lib="dom" />
/**
 * The ticket of the moment: how long it lives, as a ring that empties, and how many uses it had when it came. Keeps it for
 * whoever votes.
 *
 * @typedef {import("./documents.js").Ticket} Ticket
 *
 * @typedef {object} TicketView
 * @property {(ticket: Ticket) => void} show
 * @property {(ticket: string, used: number) => void} spend What is known of its uses from here.
 * @property {() => Ticket | undefined} usable The ticket, if it is likely to live until a vote arrives.
 */
import { elementOf } from "./elements.js";

const TICK_MS = 100;
/** A ring that is painted sixty times a second costs a phone more than all the rest of the page. */
const RING_STEP_MS = 50;
/** A ticket with less left would be over on its way. */
const LEFT_MS_MIN = 300;
/** What is shown of a ticket that nobody types. */
const TAIL_LENGTH = 8;

/**
 * @param {{ language: import("./language.js").Language, clock: import("./server_clock.js").ServerClock }} deps
 * @returns {TicketView}
 */
export function createTicketView({ language, clock }) {
  const [root, seconds] = [elementOf("ticket"), elementOf("ticket-seconds")];
  const [uses, text] = [elementOf("ticket-uses"), elementOf("ticket-text")];
  const ring = elementOf("ticket-ring", SVGCircleElement);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {{ ticket: Ticket, validUntilMs: number, usesLeft: number } | undefined} */
  let held;
  /** The longest that was seen: a ticket's life, as nobody says how long it is. */
  let lifeMs = 1;

  const leftMs = () => held ? held.validUntilMs - clock.now() : 0;

  function tick() {
    const left = Math.max(0, leftMs());
    root.dataset.state = left > 0 ? "open" : "waiting";
    seconds.textContent = left > 0 ? written(left) : "";
    if (still.matches || left === 0) ring.style.strokeDashoffset = String(100 * (1 - left / lifeMs));
    if (left === 0) showWords();
  }

  /** @param {number} ms */
  function written(ms) {
    return new Intl.NumberFormat(language.words().locale, {
      minimumFractionDigits: ms < 10_000 ? 1 : 0,
      maximumFractionDigits: ms < 10_000 ? 1 : 0,
    }).format(ms / 1000);
  }

  function showWords() {
    const words = language.words();
    const open = leftMs() > 0 ? held : undefined;
    uses.textContent = open
      ? words.ticketUses(open.usesLeft, language.figure(open.usesLeft))
      : words.ticketWaiting;
    text.textContent = open ? `…${open.ticket.ticket.slice(-TAIL_LENGTH)}` : "";
  }

  function startRing() {
    for (const animation of ring.getAnimations()) animation.cancel();
    const left = leftMs();
    if (still.matches || left <= 0) return;
    ring.animate({ strokeDashoffset: [100 * (1 - Math.min(1, left / lifeMs)), 100] }, {
      duration: left,
      easing: `steps(${Math.ceil(left / RING_STEP_MS)})`,
      fill: "forwards",
    });
  }

  language.onChange(showWords);
  setInterval(tick, TICK_MS);
  return {
    show(ticket) {
      held = { ticket, validUntilMs: Date.parse(ticket.validUntil), usesLeft: ticket.remainingUsage };
      lifeMs = Math.max(lifeMs, leftMs());
      startRing();
      tick();
      showWords();
    },
    spend(ticket, used) {
      if (held?.ticket.ticket !== ticket) return;
      held.usesLeft = Math.max(0, held.usesLeft - used);
      showWords();
    },
    usable: () => held && leftMs() > LEFT_MS_MIN && held.usesLeft > 0 ? held.ticket : undefined,
  };
}
