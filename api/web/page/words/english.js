// @ts-check
/**
 * What the page says, in English. A text that holds figures is a function of them, already written for the reader.
 *
 * @typedef {{ title: string, what: string, todo: string }} Explanation
 */

const plural = new Intl.PluralRules("en");

/** @param {number} count @param {string} one @param {string} many */
function counted(count, one, many) {
  return plural.select(count) === "one" ? one : many;
}

export const ENGLISH = {
  locale: "en",
  otherLanguage: "中文",
  otherLanguageCode: "zh",
  otherLanguageLabel: "中文：切换到中文",
  pageTitle: "Live count · CAST",
  skip: "Skip to the vote",
  title: "Live count",
  total: "Votes counted",
  ballots: "Ballots since the counter was opened",
  rate: "Votes per second",
  names: "Names with votes",
  ballotTitle: "Cast a vote",
  name: "Name",
  count: "Votes",
  addName: "Add another name",
  removeName: (/** @type {string} */ name) => name ? `Remove ${name}` : "Remove this name",
  identity: "Vote in your own name",
  identityHint: "Only needed where the organiser asks who votes. Nothing of it is kept in this browser.",
  voter: "Your name",
  token: "Access token",
  vote: "Vote",
  voting: "Voting…",
  askAgain: "Ask again",
  letGo: "Let this vote go",
  raceTitle: "Leaders",
  raceEmpty: "No votes yet. The first one could be yours.",
  pick: (/** @type {string} */ name) => `${name}: put into the form`,
  paceTitle: "Votes per second, last two minutes",
  paceSummary: (/** @type {string} */ now, /** @type {string} */ most) =>
    `Plot of votes per second: ${now} now, ${most} at most in the last two minutes`,
  paceNothing: "Plot of votes per second: nothing to show yet",
  secondsAgo: (/** @type {string} */ seconds) => `${seconds} s`,
  now: "now",
  toPresenter: "Show on a big screen",
  voteAt: "Vote at",
  closed: "The poll is closed: no votes are taken.",
  frozen: "The published results stand still for now. Votes go on being counted.",
  leads: (/** @type {string} */ name, /** @type {string} */ votes) => `${name} leads with ${votes} votes`,
  connection: {
    connecting: "Connecting…",
    live: "Live",
    waiting: "Waiting for the counter",
    reconnecting: "Reconnecting…",
    offline: "Offline",
  },
  connectionSaid: {
    live: "Live again",
    waiting: "The counter is not ready. The page goes on trying.",
    reconnecting: "The connection is lost. The page goes on trying.",
    offline: "This device is offline.",
  },
  ticketWaiting: "Waiting for a ticket",
  ticketUses: (/** @type {number} */ uses, /** @type {string} */ written) =>
    uses === 0 ? "Ticket used up" : `Ticket with ${written} ${counted(uses, "use", "uses")} left`,
  countedTitle: "Counted",
  countedTotal: (/** @type {string} */ name, /** @type {string} */ votes) => `${name}: ${votes} in total`,
  countedPublished: (/** @type {string} */ name, /** @type {string} */ votes) =>
    `${name}: ${votes} in the published results`,
  problems: {
    nameMissing: "Write a name.",
    nameLong: "A name has at most 64 characters.",
    nameControl: "A name holds no control characters.",
    nameTwice: "This name is there twice: give it one line and more votes.",
    countWrong: "Write a whole number, 1 or more.",
  },
  unknown: {
    title: "No answer came",
    what: "The vote may have been counted, or not.",
    todo: "Ask again: it is counted once, however often you ask.",
  },
  unknownTooLate: {
    title: "No answer came",
    what: "The vote may have been counted, or not, and too much time has passed to ask for it again.",
    todo: "Let it go, and look at the totals before you vote anew.",
  },
  unsent: {
    title: "Not sent",
    what: "The server could not be reached. Your vote was not sent.",
    todo: "See whether you are online, then vote again.",
  },
  failed: {
    title: "Not understood",
    what: "The server did not take this page’s request. Your vote was not counted.",
    todo: "Load the page again; it may be older than the server.",
  },
  refusalUnknown: {
    title: "Not counted",
    what: "The server refused the vote for a reason that this page does not know.",
    todo: "Load the page again, and try once more.",
  },
  /** @type {Readonly<Record<string, Explanation>>} */
  refusals: {
    TICKET_INVALID: {
      title: "The ticket was not accepted",
      what: "The server did not know the ticket as one of its own. Your vote was not counted.",
      todo: "Vote again: the page takes a new ticket. If it goes on, load the page again.",
    },
    TICKET_EXPIRED: {
      title: "The ticket ran out",
      what:
        "A ticket lives for a moment, and this one was over before your vote arrived. It was not counted.",
      todo: "Vote again: the page has a newer ticket.",
    },
    TICKET_EXHAUSTED: {
      title: "Many vote at this moment",
      what: "Others have taken every use of this ticket. Your vote was not counted.",
      todo: "The next ticket opens in a moment: vote again when the ring is full.",
    },
    INPUT_INVALID: {
      title: "Something in the form is not allowed",
      what: "Your vote was not counted.",
      todo: "Change what the server names here, and vote again.",
    },
    TOTAL_TOO_LARGE: {
      title: "The total is full",
      what: "This name has as many votes as can be counted. Your vote was not counted.",
      todo: "Give fewer votes, or vote for another name.",
    },
    REQUEST_ID_CONFLICT: {
      title: "Mixed up with another vote",
      what: "The server knows another vote under the same mark. This one was not counted.",
      todo: "Vote again: it gets a mark of its own.",
    },
    OVERLOADED: {
      title: "Too much at once",
      what: "More votes are coming in than can be stored safely. Yours was not counted.",
      todo: "Wait a few seconds, then vote again.",
    },
    NOT_READY: {
      title: "The counter is not ready",
      what: "Voting pauses for a moment. Your vote was not counted.",
      todo: "Vote again shortly.",
    },
    POLL_CLOSED: {
      title: "The poll is closed",
      what: "No votes are taken at the moment. Yours was not counted.",
      todo: "Wait until the organiser opens the poll.",
    },
    CANDIDATE_UNKNOWN: {
      title: "Not a name to vote for",
      what: "At least one of the names is not on the list of this poll. Nothing was counted.",
      todo: "See how the names are written, or take one from the leaders.",
    },
    VOTER_LIMIT: {
      title: "You have cast all your votes",
      what: "The organiser allows each voter a number of votes in a time, and yours are spent.",
      todo: "Try again later.",
    },
    VOTER_UNAUTHORIZED: {
      title: "The organiser asks who you are",
      what:
        "Votes are taken with a personal access token only. Yours is missing or not valid. Nothing was counted.",
      todo: "Open “Vote in your own name” and give the token that you were sent.",
    },
  },
};
