/**
 * What `deno task dev` shows. On a terminal: the programs' log lines in a form for people, and a status below them.
 * Otherwise: what the launcher says in plain lines, and the programs' own JSON lines as they are.
 */
import type { Figures } from "./figures.ts";
import { harmless, type Paint } from "./paint.ts";
import { prettyLine } from "./pretty_line.ts";
import { type Mood, type Part, renderStatus, type StatusView } from "./render_status.ts";
import type { Screen } from "./screen.ts";

const LINE_CHARACTERS_MAX = 600;

export interface DashboardOptions {
  screen: Screen;
  isTerminal: boolean;
  paint: Paint;
  programs: readonly string[];
  stores: readonly string[];
}

export interface Dashboard {
  /** A part has another state now. */
  report(part: string, state: string): void;
  /** A line that a program printed. */
  log(program: string, line: string): void;
  /** A line about a part that is no state of it. */
  detail(part: string, text: string): void;
  /** Text of the launcher's own. */
  say(text: string): void;
  /** Where a part listens. */
  place(part: string, at: string): void;
  figures(figures: Figures): void;
  links(links: StatusView["links"]): void;
}

export function createDashboard(options: DashboardOptions): Dashboard {
  const { screen, isTerminal, paint } = options;
  const names = [...options.programs, ...options.stores];
  const nameWidth = Math.max(...names.map((name) => name.length));
  const waiting = (name: string): Part => ({ name, mood: "busy", at: "", says: "waiting" });
  const parts = new Map(names.map((name) => [name, waiting(name)]));
  let figures: Figures | undefined;
  let links: StatusView["links"] = [];

  const draw = () => {
    const seen = [...parts.values()].map((part) => judge(part, figures));
    const view = {
      programs: seen.slice(0, options.programs.length),
      stores: seen.slice(options.programs.length),
      figures,
      links,
    };
    screen.status((size) => renderStatus(view, { ...size, paint }));
  };
  const change = (part: string, changed: Partial<Part>) => {
    parts.set(part, { ...parts.get(part) ?? waiting(part), ...changed });
    draw();
  };

  return {
    report: (part, state) => {
      const mood = moodOf(state);
      const text = `${part.padEnd(nameWidth)}  ${state}`;
      screen.line(mood === "busy" ? text : paint(mood === "well" ? "green" : "red", text));
      // The line above tells the rest.
      change(part, { mood, says: mood === "well" ? "ready" : state.split(",")[0] ?? state });
    },
    log: (program, line) => {
      const shown = isTerminal ? prettyLine(line, { program, nameWidth, paint }) : plainLine(program, line);
      if (shown !== undefined) screen.line(shown);
    },
    detail: (part, text) => {
      screen.line(`${part.padEnd(nameWidth)}  ${paint("red", harmless(text, LINE_CHARACTERS_MAX))}`);
    },
    say: (text) => screen.line(text),
    place: (part, at) => change(part, { at }),
    figures: (next) => {
      figures = next;
      draw();
    },
    links: (next) => {
      links = next;
      draw();
    },
  };
}

/** A program that runs and does not reach a store is not well, whatever it said when it began. */
function judge(part: Part, figures: Figures | undefined): Part {
  const unreached = figures?.unreached.get(part.name) ?? [];
  if (part.mood !== "well" || unreached.length === 0) return part;
  return { ...part, mood: "busy", says: `does not reach ${unreached.join(", ")}` };
}

function moodOf(state: string): Mood {
  if (state.startsWith("ready")) return "well";
  return /^(ended|killed|did not start)/.test(state) ? "down" : "busy";
}

/** What is no JSON tells of its program, which JSON does by itself. */
function plainLine(program: string, line: string): string | undefined {
  if (line.trim() === "") return undefined;
  return line.startsWith("{") ? line : `${program} | ${line}`;
}
