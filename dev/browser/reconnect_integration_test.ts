/** The page while its server dies and comes back: it says so, and goes on by itself. */
import { assert, assertEquals } from "@std/assert";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { createApiWorld } from "../../api/testing/api_world.ts";
import { createWorld } from "../../shared/testing/world.ts";
import { createBalancer } from "../system/balancer.ts";
import type { RunningProgram } from "../system/running_program.ts";
import { startSystem } from "../system/system.ts";
import { browserTest } from "./chromium.ts";
import { assertNoProblems, openWindow } from "./page_window.ts";

async function backendOf(program: RunningProgram | undefined) {
  const [listening, started] = await Promise.all([
    program?.logged("api_listening"),
    program?.logged("program_started"),
  ]);
  return { port: Number(listening?.port), opsPort: Number(started?.opsPort) };
}

browserTest(
  "the page of an API that is killed says so, and goes on with the one in its place",
  async (browser) => {
    await using world = await createWorld();
    await using balancer = createBalancer();
    const system = await startSystem(world);
    const [api] = system.copies("api");
    const first = await backendOf(api);
    balancer.add(first);
    await waitFor(() => balancer.isReady(first), { what: "the API behind the balancer" });
    const window = await openWindow(browser, { origin: `http://127.0.0.1:${balancer.port}` });
    await window.vote({ Ada: 1 });
    await window.whenTotal("Ada", 1);

    const replaced = system.killAndReplace("api");
    await window.whenConnection("reconnecting");
    balancer.remove(first);
    await replaced;
    const second = await backendOf(system.copies("api")[0]);
    balancer.add(second);
    await window.whenConnection("live");

    await window.vote({ Ada: 4 });
    await window.outcome("accepted");
    await window.whenTotal("Ada", 5);
    // What a browser itself says of connections that fail.
    const problems = window.problems.filter((problem) => !problem.includes("net::ERR_"));
    assertEquals(problems, []);
    await browser.close();
  },
);

browserTest("a page of which a part got lost on its way loads itself again", async (browser) => {
  await using api = await createApiWorld();
  await api.mint();
  const context = await browser.newContext();
  let loads = 0;
  // As often as it is asked for: a browser tries what was to be preloaded a second time by itself.
  await context.route("**/web/race.js", async (route) => {
    if (loads <= 1) await route.abort("connectionreset");
    else await route.continue();
  });
  const page = await context.newPage();
  page.on("framenavigated", () => loads++);
  await page.goto(api.client.url.origin);
  await waitFor(async () => await page.locator("#connection").getAttribute("data-state") === "live", {
    what: "the page to be whole",
    withinMs: 60_000,
  });
  assert(loads > 1);
  await context.close();
});

browserTest(
  "a counter that sends no more tickets is waited for, though the streams stay open",
  async (browser) => {
    await using api = await createApiWorld();
    await api.mint();
    const window = await openWindow(browser, { origin: api.client.url.origin });
    await window.whenTicket();
    await api.mint({ lifetimeMs: 1_500 });
    await window.whenConnection("waiting");
    assertEquals(await window.page.locator("#connection-text").textContent(), "Waiting for the counter");
    await api.mint();
    await window.whenConnection("live");
    assertNoProblems(window);
    await browser.close();
  },
);

browserTest(
  "a device without a network says so, and is up to date when it has one again",
  async (browser) => {
    await using api = await createApiWorld();
    const ticket = await api.mint();
    const window = await openWindow(browser, { origin: api.client.url.origin });
    // Without one the page asks for it first, and knows that nothing was sent.
    await window.whenTicket();
    await window.page.context().setOffline(true);
    await window.whenConnection("offline");
    await api.client.vote({ usernames: ["Ada"], voteCount: [7], ticket });
    await window.vote({ Ada: 1 });
    await window.outcome("unknown");
    await window.page.context().setOffline(false);
    await window.whenTotal("Ada", 7);
    await window.whenConnection("live");
    await window.page.getByRole("button", { name: "Ask again" }).click();
    await window.outcome("accepted");
    await window.whenTotal("Ada", 8);
    await browser.close();
  },
);
