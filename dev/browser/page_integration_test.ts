/** The page in a real browser, on a whole system of real processes: what a voter in a hall does with it. */
import { assert, assertEquals } from "@std/assert";
import { createWorld } from "../../shared/testing/world.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { startSystem, type System } from "../system/system.ts";
import { browserTest } from "./chromium.ts";
import { assertNoProblems, openWindow } from "./page_window.ts";

function originOf({ urls }: System): string {
  return new URL(urls[0] ?? "").origin;
}

browserTest("a vote is told to be counted, and seen in a second window", async (browser) => {
  await using world = await createWorld();
  const system = await startSystem(world);
  const origin = originOf(system);
  const [mine, other] = [await openWindow(browser, { origin }), await openWindow(browser, { origin })];
  await mine.vote({ Ada: 3 });
  assert((await mine.outcome("accepted")).includes("Ada: 3 in total"));
  await Promise.all([mine, other].map((window) => window.whenTotal("Ada", 3)));
  await waitFor(async () => await other.page.locator("#total").textContent() === "3", { what: "the total" });

  // Several names at once, one of them written in another normal form and with spaces around it.
  await mine.vote({ " Zoe\u0308 ": 2, "李白": 1 });
  assertEquals(await mine.outcome("accepted"), "Counted\nZoë: 2 in total\n李白: 1 in total");
  for (const [name, votes] of [["Zoë", 2], ["李白", 1], ["Ada", 3]] as const) {
    await other.whenTotal(name, votes);
  }
  assertEquals(await other.page.locator(".runner-name").allTextContents(), ["Ada", "Zoë", "李白"]);
  assertEquals(await system.clients[0]?.total("Zoë"), 2);
  assertNoProblems(mine, other);
  await browser.close();
});

browserTest("the ticket is shown, and each one that takes its place", async (browser) => {
  await using world = await createWorld();
  const { page, ...window } = await openWindow(browser, { origin: originOf(await startSystem(world)) });
  const ticket = page.locator("#ticket-text");
  await window.whenTicket();
  const first = await ticket.textContent();
  await waitFor(async () => ![first, ""].includes(await ticket.textContent()), { what: "another ticket" });
  await waitFor(async () => /^\d\.\d$/.test(await page.locator("#ticket-seconds").textContent() ?? ""), {
    what: "the seconds that it has left",
  });
  await waitFor(
    async () => await page.locator("#ticket-uses").textContent() === "Ticket with 100 uses left",
    {
      what: "the uses that it has left",
    },
  );
  assertNoProblems({ page, ...window });
  await browser.close();
});

browserTest("whoever has no mouse votes by keys alone", async (browser) => {
  await using world = await createWorld();
  const window = await openWindow(browser, { origin: originOf(await startSystem(world)) });
  const { keyboard } = window.page;
  // The link at the very beginning leads past everything to the form.
  for (const key of ["Tab", "Enter", "Tab"]) await keyboard.press(key);
  await keyboard.type("Ada");
  await keyboard.press("Tab");
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type("2");
  await keyboard.press("Enter");
  await window.outcome("accepted");
  await window.whenTotal("Ada", 2);
  assertNoProblems(window);
  await browser.close();
});

browserTest(
  "the presenter view shows the race, the total and the rate, and takes no votes",
  async (browser) => {
    await using world = await createWorld();
    const system = await startSystem(world);
    const origin = originOf(system);
    const voter = await openWindow(browser, { origin });
    const screen = await openWindow(browser, { origin, path: "/?view=presenter" });
    await voter.vote({ Ada: 5 });
    await screen.whenTotal("Ada", 5);
    for (const id of ["total", "rate", "race", "plot"]) {
      assert(
        await screen.page.locator(`#${id}`).isVisible(),
        id,
      );
    }
    for (const id of ["ballot", "names"]) assert(!await screen.page.locator(`#${id}`).isVisible(), id);
    await waitFor(async () => Number(await screen.page.locator("#rate").textContent()) >= 0, {
      what: "a rate",
    });
    assertEquals(await screen.page.getByRole("textbox").count(), 0);
    assertNoProblems(voter, screen);
    await browser.close();
  },
);
