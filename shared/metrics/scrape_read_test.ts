import { assertEquals } from "@std/assert";
import { createSilentLogger } from "../testing/silent_logger.ts";
import { createScrapeRead } from "./scrape_read.ts";

Deno.test("createScrapeRead() asks once for however many figures come of it, and again at the next scrape", async () => {
  let asked = 0;
  const read = createScrapeRead(() => Promise.resolve(++asked), { what: "Count", log: createSilentLogger() });
  assertEquals(await Promise.all([read(), read(), read()]), [1, 1, 1]);
  assertEquals(await read(), 2);
});

Deno.test("createScrapeRead() gives nothing where the store fails, and says so to who looks closely", async () => {
  const log = createSilentLogger();
  const read = createScrapeRead(() => Promise.reject(new Error("away")), { what: "Count", log });
  assertEquals(await read(), undefined);
  assertEquals(log.events.map(({ level, event }) => [level, event]), [["debug", "scrape_read_failed"]]);
});

Deno.test("createScrapeRead() gives nothing where the store hangs, in time for the scrape", async () => {
  const log = createSilentLogger();
  const hangs = createScrapeRead(() => new Promise<number>(() => {}), { what: "Count", log });
  assertEquals(await hangs(), undefined);
  assertEquals(log.has("scrape_read_failed"), true);
});
