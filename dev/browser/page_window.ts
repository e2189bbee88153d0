/** A window that shows the page, as a person sees it: by names, labels and texts. Notes everything that goes wrong in it. */
import { assertEquals } from "@std/assert";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { waitFor } from "../../shared/testing/wait_for.ts";

export interface PageWindow {
  readonly page: Page;
  /** Errors of the console, exceptions, and what the content security policy refused. */
  readonly problems: readonly string[];
  /** Fills the first lines of the form and presses the button. */
  vote(counts: Readonly<Record<string, number | string>>): Promise<void>;
  /** Resolves when the page says that the vote was counted, or why not: `accepted`, a code, or `unknown`. */
  outcome(wanted: string): Promise<string>;
  /** Resolves when the race shows a total for a name. */
  whenTotal(name: string, votes: number): Promise<void>;
  whenConnection(state: string): Promise<void>;
  whenTicket(): Promise<void>;
  reload(): Promise<void>;
}

export interface WindowOptions extends BrowserContextOptions {
  /** `/` unless told otherwise. */
  readonly path?: string;
}

const ACT_MS_MAX = 60_000;
/** A browser cuts every connection when any interface of the machine comes or goes, as those of containers do. */
const NETWORK_CHANGED = /net::ERR_NETWORK_CHANGED/;

/** In a profile of its own, without movement unless it is asked for. Resolves when results are shown. */
export async function openWindow(
  browser: Browser,
  { origin, ...options }: WindowOptions & { readonly origin: string },
): Promise<PageWindow> {
  const { path = "/", ...contextOptions } = options;
  const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce", ...contextOptions });
  const page = await context.newPage();
  page.setDefaultTimeout(ACT_MS_MAX);
  const problems = noteProblems(page);
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) => {
      const { violatedDirective, blockedURI } = event as unknown as Readonly<Record<string, string>>;
      console.error(`policy violated: ${violatedDirective} ${blockedURI}`);
    })
  );
  await load(() => page.goto(new URL(path, origin).href));
  const window = createWindow(page, problems);
  await window.whenConnection("live");
  return window;
}

async function load(act: () => Promise<unknown>): Promise<void> {
  await waitFor(async () => {
    try {
      await act();
      return true;
    } catch (error) {
      if (NETWORK_CHANGED.test(String(error))) return false;
      throw error;
    }
  }, { what: "the page to be loaded" });
}

function createWindow(page: Page, problems: readonly string[]): PageWindow {
  const text = (selector: string) => page.locator(selector).allTextContents();
  return {
    page,
    problems,
    async vote(counts) {
      const entries = Object.entries(counts);
      const names = page.getByLabel("Name", { exact: true });
      while (await names.count() < entries.length) {
        await page.getByRole("button", { name: "Add another name" }).click();
      }
      for (const [index, [name, count]] of entries.entries()) {
        await names.nth(index).fill(name);
        await page.getByLabel("Votes", { exact: true }).nth(index).fill(String(count));
      }
      await page.getByRole("button", { name: "Vote", exact: true }).click();
    },
    async outcome(wanted) {
      const place = page.locator("#outcome");
      await waitFor(async () => {
        const [kind, code] = [await place.getAttribute("data-kind"), await place.getAttribute("data-code")];
        return kind === wanted || code === wanted;
      }, { what: `the outcome ${wanted}`, withinMs: ACT_MS_MAX });
      return (await text("#outcome p")).join("\n");
    },
    async whenTotal(name, votes) {
      const row = page.locator(".runner").filter({ has: page.getByText(name, { exact: true }) });
      const wanted = new Intl.NumberFormat("en").format(votes);
      await waitFor(async () => (await row.locator(".runner-votes").allTextContents())[0] === wanted, {
        what: `${votes} votes of ${name}`,
        withinMs: ACT_MS_MAX,
      });
    },
    async whenTicket() {
      await waitFor(async () => (await text("#ticket-text"))[0] !== "", {
        what: "a ticket",
        withinMs: ACT_MS_MAX,
      });
    },
    reload: () => load(() => page.reload()),
    async whenConnection(state) {
      await waitFor(async () => await page.locator("#connection").getAttribute("data-state") === state, {
        what: `the connection to be ${state}`,
        withinMs: ACT_MS_MAX,
      });
    },
  };
}

function noteProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !NETWORK_CHANGED.test(text)) problems.push(text);
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return problems;
}

/** Fails with what went wrong in any of the windows. */
export function assertNoProblems(...windows: readonly PageWindow[]): void {
  assertEquals(windows.flatMap(({ problems }) => problems), []);
}
