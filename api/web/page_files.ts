/** What the page is made of, by the paths of its URLs. Texts of the program: nothing is read while it runs. */
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import uplotStyle from "uplot/dist/uPlot.min.css" with { type: "text" };
import announcer from "./page/announcer.js" with { type: "text" };
import ballotButtons from "./page/ballot_buttons.js" with { type: "text" };
import ballotForm from "./page/ballot_form.js" with { type: "text" };
import ballotLines from "./page/ballot_lines.js" with { type: "text" };
import ballotRules from "./page/ballot_rules.js" with { type: "text" };
import castBallot from "./page/cast_ballot.js" with { type: "text" };
import connectionState from "./page/connection_state.js" with { type: "text" };
import counterWatch from "./page/counter_watch.js" with { type: "text" };
import documents from "./page/documents.js" with { type: "text" };
import early from "./page/early.js" with { type: "text" };
import elements from "./page/elements.js" with { type: "text" };
import eventStream from "./page/event_stream.js" with { type: "text" };
import graphql from "./page/graphql.js" with { type: "text" };
import language from "./page/language.js" with { type: "text" };
import liveStream from "./page/live_stream.js" with { type: "text" };
import main from "./page/main.js" with { type: "text" };
import outcomeView from "./page/outcome_view.js" with { type: "text" };
import pendingBallot from "./page/pending_ballot.js" with { type: "text" };
import race from "./page/race.js" with { type: "text" };
import ratePlot from "./page/rate_plot.js" with { type: "text" };
import requestId from "./page/request_id.js" with { type: "text" };
import results from "./page/results.js" with { type: "text" };
import retryBeat from "./page/retry_beat.js" with { type: "text" };
import serverClock from "./page/server_clock.js" with { type: "text" };
import ticketView from "./page/ticket_view.js" with { type: "text" };
import voteRate from "./page/vote_rate.js" with { type: "text" };
import chinese from "./page/words/chinese.js" with { type: "text" };
import english from "./page/words/english.js" with { type: "text" };
import icon from "./page/icon.svg" with { type: "text" };
import page from "./page/page.html" with { type: "text" };
import layoutStyle from "./page/style/layout.css" with { type: "text" };
import partsStyle from "./page/style/parts.css" with { type: "text" };
import presenterStyle from "./page/style/presenter.css" with { type: "text" };
import themeStyle from "./page/style/theme.css" with { type: "text" };
import type { PageFile } from "./page.ts";

const SCRIPTS: Readonly<Record<string, string>> = {
  "announcer.js": announcer,
  "ballot_buttons.js": ballotButtons,
  "ballot_form.js": ballotForm,
  "ballot_lines.js": ballotLines,
  "ballot_rules.js": ballotRules,
  "cast_ballot.js": castBallot,
  "connection_state.js": connectionState,
  "counter_watch.js": counterWatch,
  "documents.js": documents,
  "early.js": early,
  "elements.js": elements,
  "event_stream.js": eventStream,
  "graphql.js": graphql,
  "language.js": language,
  "live_stream.js": liveStream,
  "main.js": main,
  "outcome_view.js": outcomeView,
  "pending_ballot.js": pendingBallot,
  "race.js": race,
  "rate_plot.js": ratePlot,
  "request_id.js": requestId,
  "results.js": results,
  "retry_beat.js": retryBeat,
  "server_clock.js": serverClock,
  "ticket_view.js": ticketView,
  "vote_rate.js": voteRate,
  "words/chinese.js": chinese,
  "words/english.js": english,
  // The package's small build is a classic script that makes one variable: with this line it is a module.
  "uplot.js": `${uplotScript}\nexport default uPlot;\n`,
};
/** One file, in the order in which rules override each other. */
const STYLE = [uplotStyle, themeStyle, layoutStyle, partsStyle, presenterStyle].join("\n");

export const PAGE_FILES: readonly PageFile[] = [
  { path: "/", type: "text/html", text: page },
  { path: "/web/icon.svg", type: "image/svg+xml", text: icon },
  { path: "/web/style.css", type: "text/css", text: STYLE },
  ...Object.entries(SCRIPTS).map(([name, text]) => ({ path: `/web/${name}`, type: "text/javascript", text })),
];
