// @ts-check
/// <reference lib="dom" />
/** The figures above the race, what is special about the poll at the moment, and who leads, said now and then. */
import { elementOf } from "./elements.js";

/**
 * @typedef {import("./documents.js").Leaderboard} Leaderboard
 *
 * @typedef {object} Results
 * @property {(frame: Leaderboard) => void} show
 * @property {(votesPerSecond: number | null) => void} showRate
 */

/**
 * @param {{ language: import("./language.js").Language, announce: (text: string) => void }} deps
 * @returns {Results}
 */
export function createResults({ language, announce }) {
  const totalLabel = elementOf("total-label");
  const [total, rate] = [elementOf("total"), elementOf("rate")];
  const [names, notice] = [elementOf("names"), elementOf("notice")];
  /** @type {Leaderboard | undefined} */
  let frame;
  /** @type {number | null} */
  let votesPerSecond = null;
  /** @type {string | undefined} */
  let leader;

  function showRate() {
    write(rate, votesPerSecond === null ? "–" : language.figure(Math.round(votesPerSecond)));
  }

  function show() {
    showRate();
    if (!frame) return;
    const { total: ofVotes, ballots: ofBallots } = language.words();
    const votes = sumOfAll(frame);
    write(totalLabel, votes === undefined ? ofBallots : ofVotes);
    write(total, language.figure(votes ?? frame.voteCount));
    write(names, language.figure(frame.candidateCount));
    const { closed, frozen } = language.words();
    const said = [frame.isOpen ? "" : closed, frame.isFrozen ? frozen : ""].filter(Boolean).join(" ");
    write(notice, said);
    notice.hidden = said === "";
  }

  /** @param {Leaderboard} next */
  function tellLeader({ entries: [first] }) {
    // The first frame is what the reader finds on the page.
    if (first && leader !== undefined && first.username !== leader) {
      announce(language.words().leads(first.username, language.figure(first.votes)));
    }
    leader = first?.username ?? "";
  }

  language.onChange(show);
  return {
    show(next) {
      frame = next;
      show();
      tellLeader(next);
    },
    showRate(next) {
      votesPerSecond = next;
      showRate();
    },
  };
}

/**
 * What all names have together. Where there are more names than a frame holds, nobody says, and the figure is another:
 * how often was voted since the counter was opened.
 *
 * @param {Leaderboard} frame
 */
function sumOfAll({ entries, candidateCount }) {
  return entries.length < candidateCount ? undefined : entries.reduce((sum, { votes }) => sum + votes, 0);
}

/** Leaves the page alone where nothing changes. @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
