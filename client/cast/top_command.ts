/**
 * `cast top`: the leaderboard once, or (`--watch`) for as long as somebody looks, drawn in place. It follows the API's
 * subscription, and asks again and again where the API has none.
 */
import { Command } from "commander";
import { pause } from "../../shared/lifecycle/pause.ts";
import { CastRequestError, CastUnavailableError, type Leaderboard } from "../mod.ts";
import { type Api, type ApiOptions, asking, openApi } from "./api_client.ts";
import { withApiOptions } from "./ask_commands.ts";
import { type CastContext, type ExitCode, readWhole } from "./context.ts";
import { leaderboardLines } from "./leaderboard_lines.ts";

interface TopOptions extends ApiOptions {
  readonly first: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

interface Watched {
  readonly first: number;
  readonly show: (frame: Leaderboard) => void;
  readonly cut: (why: string) => void;
}

const FIRST = "10";
const FIRST_MAX = 100;
const ASK_MS = 1000;

export function topCommand(context: CastContext, end: (code: ExitCode) => void): Command {
  const command = new Command("top").description("Show the names with the highest totals")
    .option("--first <names>", "how many", FIRST)
    .option("--watch", "go on until Ctrl-C, and draw each change in place; with --json a line each");
  return withApiOptions(command).action(async (options: TopOptions) => {
    const { screen, signal } = context;
    const first = readWhole(options.first, { name: "--first", min: 1, max: FIRST_MAX });
    const api = openApi(context, options);
    const show = (frame: Leaderboard) =>
      options.json ? screen.print(JSON.stringify(frame)) : screen.redraw(leaderboardLines(frame, screen));
    if (!options.watch) show(await asking(api, () => leaderboard(api, { first, signal })));
    else {
      const cut = (why: string) =>
        screen.complain(screen.paintError("dim", `${why}; waiting for the API to answer again`));
      await asking(api, () => watch(api, { first, show, cut, signal }));
    }
    end(0);
  });
}

async function watch(api: Api, { signal, ...watched }: Watched & { signal: AbortSignal }): Promise<void> {
  const { first, show, cut } = watched;
  // Asked first, so that an API that is not there, or is no CAST, ends the command instead of keeping it waiting.
  show(await leaderboard(api, { first, signal }));
  try {
    const onCut = ({ message }: { message: string }) => cut(message);
    for await (const frame of api.client.watchLeaderboard({ first, signal, onCut })) show(frame);
  } catch (error) {
    if (!(error instanceof CastRequestError)) throw error;
    await askAgainAndAgain(api, { signal, ...watched });
  }
}

/** Frames are told apart by what they hold: the moment of reading is no change. */
async function askAgainAndAgain(
  api: Api,
  { first, show, cut, signal }: Watched & { signal: AbortSignal },
): Promise<void> {
  let shown = "";
  while (!signal.aborted) {
    try {
      const frame = await api.client.leaderboard(first, { signal });
      const { readAt: _, ...held } = frame;
      const text = JSON.stringify(held);
      if (text !== shown) show(frame);
      shown = text;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CastUnavailableError)) throw error;
      cut(error.message);
    }
    await pause(ASK_MS, signal);
  }
}

async function leaderboard(
  api: Api,
  { first, signal }: { first: number; signal: AbortSignal },
): Promise<Leaderboard> {
  try {
    return await api.client.leaderboard(first, { signal });
  } catch (error) {
    if (!(error instanceof CastRequestError)) throw error;
    throw new Error(
      `Ask ${api.url.origin} for its leaderboard: ${error.message}\nIs it an API of this release?`,
      {
        cause: error,
      },
    );
  }
}
