// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The race of the leaders: a list in the order of their totals, each with a bar against the leader's. Rows that change
 * places glide there, unless the reader wants no movement; the list itself is in the right order at once, whoever reads
 * it. Names are strangers' texts and are only ever put in as text.
 */
import { make } from "./elements.js";

/**
 * @typedef {import("./documents.js").Tally} Tally
 *
 * @typedef {object} Row
 * @property {HTMLLIElement} root
 * @property {HTMLElement} rank
 * @property {HTMLElement} name
 * @property {HTMLElement} votes
 * @property {HTMLElement} bar
 * @property {number} share Of the leader's total, as the bar shows it.
 */

const GLIDE_MS = 500;
/** A pixel or two: what is less is nothing to see, and most bars move by less in each frame. */
const SHARE_SEEN_MIN = 0.002;
const EASING = "cubic-bezier(0.2, 0.7, 0.2, 1)";

/**
 * @param {HTMLElement} list
 * @param {object} deps
 * @param {import("./language.js").Language} deps.language
 * @param {HTMLElement} deps.empty Shown while there are no rows.
 * @param {((name: string) => void) | undefined} deps.onPick Where a name can be put into the form.
 * @returns {(entries: readonly Tally[]) => void}
 */
export function createRace(list, { language, empty, onPick }) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** @type {readonly Tally[] | undefined} */
  let shown;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {string} name */
  function rowOf(name) {
    const known = rows.get(name);
    if (known) return known;
    const row = makeRow(name, onPick);
    rows.set(name, row);
    return row;
  }

  function show() {
    if (!shown) return;
    const most = Math.max(1, ...shown.map(({ votes }) => votes));
    const ordered = shown.map(({ username, votes }, index) => {
      const row = rowOf(username);
      if (onPick) row.name.setAttribute("aria-label", language.words().pick(username));
      row.rank.textContent = language.figure(index + 1);
      row.votes.textContent = language.figure(votes);
      return { row, share: votes / most };
    });
    const glide = still.matches ? () => {} : rememberPlaces(ordered.map(({ row }) => row));
    placeInOrder(list, ordered.map(({ row }) => row.root));
    for (const [name, row] of rows) if (!row.root.isConnected) rows.delete(name);
    glide();
    for (const { row, share } of ordered) stretch(row, { share, isStill: still.matches });
    empty.hidden = shown.length > 0;
  }

  language.onChange(show);
  return (entries) => {
    shown = entries;
    show();
  };
}

/** @param {string} name @param {((name: string) => void) | undefined} onPick @returns {Row} */
function makeRow(name, onPick) {
  const root = make("li", { className: "runner" });
  const rank = make("span", { className: "runner-rank" });
  const label = onPick
    ? make("button", { className: "runner-name", text: name })
    : make("span", { className: "runner-name", text: name });
  label.dir = "auto";
  label.translate = false;
  if (onPick && label instanceof HTMLButtonElement) {
    label.type = "button";
    label.addEventListener("click", () => onPick(name));
  }
  const votes = make("span", { className: "runner-votes" });
  const track = make("span", { className: "runner-track" });
  const bar = make("span", { className: "runner-bar" });
  track.append(bar);
  root.append(rank, label, votes, track);
  return { root, rank, name: label, votes, bar, share: 0 };
}

/**
 * Moves only what is out of order: an element that is taken out loses the focus.
 *
 * @param {HTMLElement} list
 * @param {readonly HTMLElement[]} wanted
 */
function placeInOrder(list, wanted) {
  const focused = document.activeElement;
  const stays = new Set(wanted);
  for (const child of [...list.children]) if (!stays.has(/** @type {HTMLElement} */ (child))) child.remove();
  wanted.forEach((element, index) => {
    const there = list.children[index] ?? null;
    if (there !== element) list.insertBefore(element, there);
  });
  if (focused instanceof HTMLElement && focused !== document.activeElement && list.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}

/** Returns what lets the rows glide from where they were to where they are. @param {readonly Row[]} rows */
function rememberPlaces(rows) {
  const places = rows.map(({ root }) => root.isConnected ? root.getBoundingClientRect().top : undefined);
  return () => {
    const glides = rows.map(({ root }) => {
      for (const animation of root.getAnimations()) animation.cancel();
      return root.getBoundingClientRect().top;
    });
    rows.forEach(({ root }, index) => {
      const [from, to] = [places[index], glides[index] ?? 0];
      if (from === undefined) {
        root.animate({ opacity: [0, 1] }, { duration: GLIDE_MS, easing: EASING });
      } else if (Math.abs(from - to) > 1) {
        root.animate({ transform: [`translateY(${from - to}px)`, "none"] }, {
          duration: GLIDE_MS,
          easing: EASING,
        });
      }
    });
  };
}

/** @param {Row} row @param {{ share: number, isStill: boolean }} to */
function stretch(row, { share, isStill }) {
  if (row.share === share) return;
  const from = getComputedStyle(row.bar).transform;
  const to = `translateX(${100 * (share - 1)}%)`;
  const moved = Math.abs(row.share - share);
  for (const animation of row.bar.getAnimations()) animation.cancel();
  row.share = share;
  row.bar.style.transform = to;
  if (isStill || moved < SHARE_SEEN_MIN) return;
  row.bar.animate({ transform: [from, to] }, { duration: GLIDE_MS, easing: EASING });
}
