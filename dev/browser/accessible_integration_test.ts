/** The page judged by axe-core, in every view that it has. */
import { assertEquals } from "@std/assert";
import axeSource from "axe-core/axe.min.js" with { type: "text" };
import type { BrowserContextOptions } from "playwright-core";
import { createApiWorld } from "../../api/testing/api_world.ts";
import { browserTest } from "./chromium.ts";
import { assertNoProblems, openWindow, type PageWindow } from "./page_window.ts";

interface Judged {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  isMobile: true,
  hasTouch: true,
};
const VIEWS: Readonly<Record<string, BrowserContextOptions & { path?: string }>> = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  "phone, light": { ...PHONE, colorScheme: "light" },
  "phone, dark": { ...PHONE, colorScheme: "dark" },
  "presenter, light": { colorScheme: "light", path: "/?view=presenter" },
  "presenter, dark": { colorScheme: "dark", path: "/?view=presenter" },
  "Chinese, light": { colorScheme: "light", locale: "zh-CN" },
  "Chinese, phone, dark": { ...PHONE, colorScheme: "dark", locale: "zh-CN" },
  "Chinese, presenter": { locale: "zh-CN", path: "/?view=presenter" },
};

browserTest(
  "axe-core finds nothing wrong in any view, nor does a phone have to be scrolled sideways",
  async (browser) => {
    await using api = await createApiWorld();
    const ticket = await api.mint();
    await api.client.vote({ usernames: ["Ada", "李白", "Zoë".repeat(20)], voteCount: [9, 5, 1], ticket });
    for (const [view, options] of Object.entries(VIEWS)) {
      const window = await openWindow(browser, { origin: api.client.url.origin, ...options });
      await window.whenTotal("Ada", 9);
      await assertSound(window, view);
      await window.page.context().close();
    }
    await browser.close();
  },
);

browserTest(
  "axe-core finds nothing wrong while the form tells of problems, refusals and successes",
  async (browser) => {
    await using api = await createApiWorld();
    await api.mint();
    for (const colorScheme of ["light", "dark"] as const) {
      const window = await openWindow(browser, { origin: api.client.url.origin, colorScheme });
      await window.page.getByText("Vote in your own name").click();
      await window.vote({ Ada: 1, "Ada ": "two" });
      await assertSound(window, `${colorScheme}, problems`);
      await window.vote({ Ada: 101, Bo: 1 });
      await window.outcome("INPUT_INVALID");
      await assertSound(window, `${colorScheme}, refused`);
      await window.vote({ Ada: 1, Bo: 1 });
      await window.outcome("accepted");
      await assertSound(window, `${colorScheme}, accepted`);
      await window.page.context().close();
    }
    await browser.close();
  },
);

browserTest("the language is the browser's, and a choice is kept", async (browser) => {
  await using api = await createApiWorld();
  await api.mint();
  const { page, reload } = await openWindow(browser, { origin: api.client.url.origin, locale: "zh-TW" });
  const [heading, language] = [page.locator("h1"), () => page.locator("html").getAttribute("lang")];
  assertEquals([await heading.textContent(), await language()], ["实时计票", "zh-CN"]);
  await page.getByRole("button", { name: "English" }).click();
  await reload();
  assertEquals([await heading.textContent(), await language()], ["Live count", "en"]);
  await browser.close();
});

async function assertSound(window: PageWindow, view: string): Promise<void> {
  const { page } = window;
  await page.evaluate(axeSource);
  const violations = await page.evaluate("axe.run().then(({ violations }) => violations)") as Judged[];
  const found = violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  ]);
  assertEquals(found, [], view);
  // Not `innerWidth`: a phone zooms out until a page fits that is too wide.
  const needed = await page.evaluate("document.documentElement.scrollWidth");
  assertEquals(needed, page.viewportSize()?.width, `${view}: wider than its window`);
  assertNoProblems(window);
}
