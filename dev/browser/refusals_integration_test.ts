/** What the page says when a vote is refused: in its own words, with what to do, and nothing counted. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Browser, Route } from "playwright-core";
import { createSecretSigner } from "../../api/voter/testing/token_signer.ts";
import { type ApiWorld, type ApiWorldOptions, createApiWorld, EPOCH } from "../../api/testing/api_world.ts";
import { waitFor } from "../../shared/testing/wait_for.ts";
import { browserTest } from "./chromium.ts";
import { assertNoProblems, openWindow, type PageWindow } from "./page_window.ts";

type Scene = { readonly api: ApiWorld; readonly window: PageWindow };

/** An API of one ticket, and a window on it. */
async function scene(
  browser: Browser,
  { act, uses = 100, ...options }: ApiWorldOptions & { uses?: number; act: (scene: Scene) => Promise<void> },
): Promise<void> {
  await using api = await createApiWorld(options);
  await api.mint({ uses });
  const window = await openWindow(browser, { origin: api.client.url.origin });
  await act({ api, window });
  assertNoProblems(window);
  await window.page.context().close();
}

function setMeta({ world }: ApiWorld, fields: Record<string, string>): Promise<unknown> {
  return world.redis.redis.hset(world.keys.meta, fields);
}

browserTest("a ticket that another used up is told, and the next one serves", async (browser) => {
  await scene(browser, {
    uses: 1,
    async act({ api, window }) {
      const { data } = await api.client.ask("{ cas { ticket } }");
      const { ticket } = data?.cas as { ticket: string };
      await window.whenTicket();
      await api.client.vote({ usernames: ["Other"], voteCount: [1], ticket });
      await window.vote({ Ada: 1 });
      assertMatch(await window.outcome("TICKET_EXHAUSTED"), /Many vote at this moment/);
      assertEquals(await window.page.locator("#ticket-uses").textContent(), "Ticket used up");
      await api.mint({ uses: 5 });
      await waitFor(async () => (await window.page.locator("#ticket-uses").textContent())?.includes("5"), {
        what: "the next ticket",
      });
      await window.vote({ Ada: 1 });
      await window.outcome("accepted");
      assertEquals(await api.client.total("Ada"), 1);
    },
  });
});

browserTest("a vote that is late for its ticket is told so", async (browser) => {
  await scene(browser, {
    async act({ api, window }) {
      // Its end comes while the vote is on its way, as over a slow network.
      await window.page.route("**/graphql", async (route) => {
        const { variables } = route.request().postDataJSON();
        if (variables?.ticket) await endTicket(api, variables.ticket);
        await route.continue();
      });
      await window.vote({ Ada: 1 });
      assertMatch(await window.outcome("TICKET_EXPIRED"), /The ticket ran out/);
      assertEquals(await api.client.total("Ada"), 0);
      await window.page.unrouteAll();
    },
  });
});

function endTicket({ world }: ApiWorld, ticket: string): Promise<unknown> {
  const key = world.keys.ticket({ epoch: EPOCH, opensAt: Number(ticket.split(".")[3]) });
  return world.redis.redis.hset(key, "expires_at", "1");
}

browserTest("a closed poll is told above the race and in answer to a vote", async (browser) => {
  await scene(browser, {
    async act({ api, window }) {
      await setMeta(api, { voting: "closed" });
      const notice = window.page.locator("#notice");
      await waitFor(async () => (await notice.textContent())?.includes("The poll is closed"), {
        what: "the notice",
      });
      await window.vote({ Ada: 1 });
      assertMatch(await window.outcome("POLL_CLOSED"), /Wait until the organiser opens the poll/);
      await setMeta(api, { voting: "open" });
      await waitFor(() => notice.isHidden(), { what: "the notice to go" });
      await window.vote({ Ada: 1 });
      await window.outcome("accepted");
    },
  });
});

browserTest(
  "while results are frozen the page says so, and takes no published total for the present one",
  async (browser) => {
    await scene(browser, {
      async act({ api, window }) {
        await window.vote({ Ada: 5 });
        await window.whenTotal("Ada", 5);
        await api.world.redis.redis.zadd(api.world.keys.frozen, 5, "Ada");
        await setMeta(api, { results: "frozen" });
        const notice = window.page.locator("#notice");
        await waitFor(async () => (await notice.textContent())?.includes("stand still"), {
          what: "the notice",
        });
        await window.vote({ Ada: 2 });
        await waitFor(
          async () => (await window.outcome("accepted")).includes("Ada: 5 in the published results"),
          {
            what: "the published total",
          },
        );
        await setMeta(api, { results: "live" });
        await window.whenTotal("Ada", 7);
      },
    });
  },
);

browserTest("a name that is no candidate is told so, and nothing of the vote is counted", async (browser) => {
  await scene(browser, {
    async act({ api, window }) {
      await api.world.redis.redis.sadd(api.world.keys.candidates, "Ada", "Bo");
      await setMeta(api, { candidates: "listed" });
      await window.vote({ Ada: 1, Eve: 1 });
      assertMatch(await window.outcome("CANDIDATE_UNKNOWN"), /Not a name to vote for/);
      assertEquals(await api.client.total("Ada"), 0);
    },
  });
});

browserTest(
  "what the form can see is told beside the field, and what only the server knows below",
  async (browser) => {
    await scene(browser, {
      async act({ api, window }) {
        const { page } = window;
        await window.vote({ Ada: 1, "Ada ": "two" });
        const name = page.getByLabel("Name", { exact: true }).nth(1);
        assertEquals(await name.getAttribute("aria-invalid"), "true");
        const said = page.locator(`#${await name.getAttribute("aria-describedby")}`);
        assertMatch(await said.textContent() ?? "", /This name is there twice/);
        assert(await name.evaluate((input) => input === input.ownerDocument.activeElement));
        assertEquals(await api.client.total("Ada"), 0);

        await page.getByRole("button", { name: "Remove Ada" }).nth(1).click();
        await window.vote({ Ada: 101 });
        assertMatch(await window.outcome("INPUT_INVALID"), /each count must be from 1 to 100/);
        assertEquals(await api.client.total("Ada"), 0);
      },
    });
  },
);

browserTest("who must say who votes is shown where, and counted with a token", async (browser) => {
  const signer = createSecretSigner("k");
  await scene(browser, {
    settings: { CAST_VOTER_VOTES_MAX: "1", CAST_VOTER_JWKS: JSON.stringify({ keys: [signer.key] }) },
    async act({ window }) {
      await window.vote({ Ada: 1 });
      assertMatch(await window.outcome("VOTER_UNAUTHORIZED"), /The organiser asks who you are/);
      // The fold opens by itself.
      await window.page.getByLabel("Access token").fill(await signer.sign());
      await window.vote({ Ada: 1 });
      await window.outcome("accepted");
      await window.vote({ Ada: 1 });
      assertMatch(await window.outcome("VOTER_LIMIT"), /You have cast all your votes/);
    },
  });
});

browserTest("a vote whose answer was lost is asked for again, and counted once", async (browser) => {
  await scene(browser, {
    async act({ api, window }) {
      const requestIds: string[] = [];
      await window.page.route("**/graphql", (route) => loseAnswers(route, requestIds, 1));
      await window.vote({ Ada: 2 });
      await window.outcome("accepted");
      assertEquals([requestIds.length, new Set(requestIds).size], [2, 1]);
      assertEquals(await api.client.total("Ada"), 2);
      await window.page.unrouteAll();
      forgetLostAnswers(window);
    },
  });
});

browserTest(
  "a vote without any answer is kept over a reload, and counted once when it is asked for again",
  async (browser) => {
    await scene(browser, {
      async act({ api, window }) {
        const { page } = window;
        const requestIds: string[] = [];
        await page.route("**/graphql", (route) => loseAnswers(route, requestIds, Infinity));
        await window.vote({ Ada: 2, Bo: 1 });
        assertMatch(await window.outcome("unknown"), /may have been counted, or not/);
        await page.unrouteAll();
        await window.reload();
        assertMatch(await window.outcome("unknown"), /Ask again/);
        assertEquals(await page.getByRole("button", { name: "Vote", exact: true }).count(), 0);
        await page.getByRole("button", { name: "Ask again" }).click();
        assertEquals(await window.outcome("accepted"), "Counted\nAda: 2 in total\nBo: 1 in total");
        assertEquals([await api.client.total("Ada"), new Set(requestIds).size], [2, 1]);
        forgetLostAnswers(window);
      },
    });
  },
);

browserTest("after a reload whoever must say who votes is asked for the token again", async (browser) => {
  const signer = createSecretSigner("k");
  await scene(browser, {
    settings: { CAST_VOTER_VOTES_MAX: "5", CAST_VOTER_JWKS: JSON.stringify({ keys: [signer.key] }) },
    async act({ api, window }) {
      const { page } = window;
      const [token, askAgain] = [
        page.getByLabel("Access token"),
        page.getByRole("button", { name: "Ask again" }),
      ];
      const requestIds: string[] = [];
      await page.route("**/graphql", (route) => loseAnswers(route, requestIds, Infinity));
      await page.getByText("Vote in your own name").click();
      await token.fill(await signer.sign());
      await window.vote({ Ada: 2 });
      await window.outcome("unknown");
      await page.unrouteAll();
      await window.reload();
      await askAgain.click();
      // The fold opens by itself, and the ballot is still the one that was sent.
      await token.fill(await signer.sign());
      await askAgain.click();
      await window.outcome("accepted");
      assertEquals([await api.client.total("Ada"), new Set(requestIds).size], [2, 1]);
      forgetLostAnswers(window);
    },
  });
});

/** Lets the first votes reach the server and keeps their answers from the page. */
async function loseAnswers(route: Route, requestIds: string[], lostMax: number): Promise<void> {
  const { variables } = route.request().postDataJSON();
  if (!variables?.requestId) return await route.continue();
  requestIds.push(variables.requestId);
  if (requestIds.length > lostMax) return await route.continue();
  await route.fetch();
  await route.abort("connectionreset");
}

/** The browser itself writes each of them into its console. */
function forgetLostAnswers({ problems }: PageWindow): void {
  const rest = problems.filter((problem) => !problem.includes("net::ERR_CONNECTION_RESET"));
  (problems as string[]).splice(0, problems.length, ...rest);
}
