/**
 * What can be known of docs/tutorial.md without running it: its commands exist, its blocks are shell, its links lead
 * somewhere, and its schema is the one that is served.
 */
import { assert, assertEquals } from "@std/assert";
import { buildSchema, parse, validate } from "graphql";
import deno from "../../deno.json" with { type: "json" };
import { PROGRAMS } from "../stack/programs.ts";
import { STORE_NAMES } from "../stack/store.ts";

const ROOT = new URL("../../", import.meta.url);
const TUTORIAL = await Deno.readTextFile(new URL("docs/tutorial.md", ROOT));
const BLOCKS = [...TUTORIAL.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);

Deno.test("the tutorial names tasks and parts that exist", () => {
  const tasks = [...TUTORIAL.matchAll(/deno task ([a-z-]+)/g)].map(([, task = ""]) => task);
  assert(tasks.length > 5);
  assertEquals(tasks.filter((task) => !(task in deno.tasks)), []);
  const parts = [...TUTORIAL.matchAll(/deno task part (?:kill|start) ([a-z-]+)/g)].map(([, part]) => part);
  const known: readonly (string | undefined)[] = [...PROGRAMS, ...STORE_NAMES];
  assertEquals(parts.filter((part) => !known.includes(part)), []);
});

Deno.test("the tutorial's blocks are shell", async () => {
  for (const block of BLOCKS) {
    const { success, stderr } = await new Deno.Command("sh", { args: ["-n", "-c", block] }).output();
    assert(success, `${new TextDecoder().decode(stderr)} in\n${block}`);
  }
});

Deno.test("the tutorial's GraphQL is of the schema", async () => {
  const schema = buildSchema(await Deno.readTextFile(new URL("api/graphql/schema.graphql", ROOT)));
  const documents = BLOCKS.flatMap((block) => [...block.matchAll(/\{"query":"((?:[^"\\]|\\.)*)"/g)])
    .map(([, text]) => JSON.parse(`"${text}"`) as string);
  assert(documents.length >= 5);
  for (const document of documents) assertEquals(validate(schema, parse(document)), [], document);
});

Deno.test("the tutorial's links lead to files", async () => {
  const links = [...TUTORIAL.matchAll(/\]\(([^)#]+)/g)].map(([, link = ""]) => link);
  assert(links.length > 0);
  for (const link of links) {
    assert((await Deno.stat(new URL(link, new URL("docs/", ROOT)))).isFile, link);
  }
});
