/**
 * A real browser for tests: the Chromium of the system, headless. Where there is none, tests that need it are skipped, and
 * the run says so.
 */
import type { Browser, BrowserType } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const LAUNCH_MS_MAX = 60_000;
const IS_ROOT = Deno.uid() === 0;

/** Registers a test with a browser of its own, closed before whatever the test itself holds is taken down. */
export function browserTest(name: string, act: (browser: Browser) => Promise<void>): void {
  const executablePath = findChromium();
  if (executablePath === undefined) sayMissing();
  Deno.test({
    name,
    ignore: executablePath === undefined,
    async fn() {
      const browser = await (await loadPlaywright()).launch({
        executablePath: executablePath ?? "",
        timeout: LAUNCH_MS_MAX,
        // Its sandbox refuses to run as root, as in a container. What it opens is ours.
        args: IS_ROOT ? ["--no-sandbox"] : [],
      });
      try {
        await act(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter(Boolean);
  return folders.flatMap((folder) => NAMES.map((name) => `${folder}/${name}`)).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

let isSaid = false;
function sayMissing(): void {
  if (!isSaid) console.log("skipped: chromium missing");
  isSaid = true;
}

/** Loaded when a test needs it: without a browser nobody pays for it. */
async function loadPlaywright(): Promise<BrowserType> {
  // At import it looks for files of Windows' Linux, which tests may not read; where this name is set it looks later.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  return chromium;
}
