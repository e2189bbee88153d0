/** Holds each Lua script's header to its code and to what TypeScript registers: a header that lies is worse than none. */
import { assert, assertEquals } from "@std/assert";
import type { Script } from "./script.ts";

const ROOT = new URL("../../", import.meta.url);
const LUA_FOLDER = new URL("./lua/", import.meta.url);
const LINES_MAX = 120;

/** Reading scripts must work, and opening, minting and restoring must go on, when Redis has no memory left. */
const FLAGS: Readonly<Record<string, string>> = {
  "vote.lua": "",
  "hold_lease.lua": "",
  "read_total.lua": "no-writes",
  "read_shard.lua": "no-writes",
  "open_ticket.lua": "no-writes",
  "mint.lua": "allow-oom",
  "claim.lua": "allow-oom",
  "load_tally.lua": "allow-oom",
  "open.lua": "allow-oom",
  "carry.lua": "allow-oom",
  "close.lua": "allow-oom",
  "read_tally.lua": "no-writes",
  "read_outbox.lua": "no-writes",
  "read_page.lua": "no-writes",
  "read_live.lua": "no-writes",
  "read_totals.lua": "no-writes",
  "read_ranking.lua": "no-writes",
  "read_receipt.lua": "no-writes",
  "read_stored.lua": "no-writes",
  "publish_stored.lua": "allow-oom",
  "load_candidates.lua": "allow-oom",
  "load_frozen.lua": "allow-oom",
  "load_voters.lua": "allow-oom",
  "switch_poll.lua": "allow-oom",
};
const WRITING =
  /redis\.p?call\('(?!(GET|MGET|HGET|HMGET|HGETALL|EXISTS|TIME|XLEN|XINFO|XRANGE|ZSCORE|ZMSCORE|ZRANGE|ZREVRANK|ZCOUNT|ZCARD|SCARD|SISMEMBER|SMISMEMBER)')/;

interface LuaFile {
  readonly name: string;
  readonly text: string;
  readonly flags: string;
  readonly header: string;
  readonly code: string;
}

/** A line of the header's KEYS or ARGV. */
interface Argument {
  readonly index: number;
  readonly name: string;
  /** Stands for any number of arguments from here on. */
  readonly isRest: boolean;
}

function readLuaFile(name: string): LuaFile {
  const text = Deno.readTextFileSync(new URL(name, LUA_FOLDER));
  const match = /^#!lua(?: flags=(\S+))?\n--\[\[\n([\s\S]*?)\n\]\]\n([\s\S]*)$/.exec(text);
  assert(match, `${name} begins with #!lua and a header`);
  const [, flags = "", header = "", code = ""] = match;
  return { name, text, flags, header, code };
}

const files = [...Deno.readDirSync(LUA_FOLDER)].map(({ name }) => name).filter((name) =>
  name.endsWith(".lua")
)
  .sort().map(readLuaFile);

/** The part of the header that begins with a word, up to the next such word or an empty line. */
function section(header: string, word: "KEYS" | "ARGV" | "Replies"): string {
  const from = header.search(new RegExp(`^${word} `, "m"));
  if (from < 0) return "";
  const rest = header.slice(from + word.length);
  const end = rest.search(/^(KEYS|ARGV|Replies) |^$/m);
  return end < 0 ? rest : rest.slice(0, end);
}

function readArguments(header: string, word: "KEYS" | "ARGV"): Argument[] {
  return section(header, word).split("\n").flatMap((line) => {
    const match = /^ *(\d+) (\S+)/.exec(line);
    if (!match) return [];
    const [, index, name = ""] = match;
    return [{ index: Number(index), name: name.replace(",", ""), isRest: line.includes(", …") }];
  });
}

/** Name of the local that each KEYS[i] or ARGV[i] becomes, and whether it stands anywhere else. */
function readLocals(code: string, word: "KEYS" | "ARGV"): Map<number, string> {
  const locals = new Map<number, string>();
  for (const [, names = "", values = ""] of code.matchAll(/^local ([\w, ]+) = (.*)$/gm)) {
    const each = values.split(",");
    for (const [position, name] of names.split(",").entries()) {
      const index = new RegExp(`\\b${word}\\[(\\d+)\\]`).exec(each[position] ?? "")?.[1];
      if (index !== undefined) locals.set(Number(index), name.trim());
    }
  }
  return locals;
}

function readWords(header: string): string[] {
  const replies = [...section(header, "Replies").matchAll(/\{("[^}]*)\}/g)].map(([, reply = ""]) => reply);
  return replies.flatMap((reply) =>
    [...(reply.split(",")[0] ?? "").matchAll(/"(\w+)"/g)].map(([, word]) => word as string)
  );
}

/** Every script that any deployed module registers, by its Lua text. */
async function registeredScripts(): Promise<Map<string, Script>> {
  const scripts = new Map<string, Script>();
  for (
    const path of ["shared", "api", "workers"].flatMap((
      folder,
    ) => [...modulesBelow(new URL(`${folder}/`, ROOT))])
  ) {
    if (!/from "[^"]*\.lua" with/.test(Deno.readTextFileSync(path))) continue;
    const module: Record<string, unknown> = await import(path.href);
    for (const [name, exported] of Object.entries(module)) {
      if (!name.endsWith("_SCRIPT")) continue;
      const script = exported as Script;
      assert(!scripts.has(script.lua), `${name} registers a script a second time`);
      scripts.set(script.lua, script);
    }
  }
  return scripts;
}

function* modulesBelow(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* modulesBelow(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts") && !name.endsWith("_test.ts")) yield new URL(name, folder);
  }
}

Deno.test("every Lua file is registered once, under a name of its own, and exported as a _SCRIPT", async () => {
  const scripts = await registeredScripts();
  assertEquals(files.filter(({ text }) => !scripts.has(text)).map(({ name }) => name), []);
  assertEquals(scripts.size, files.length);
  const names = [...scripts.values()].map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("every Lua header names as many keys as TypeScript passes", async () => {
  const scripts = await registeredScripts();
  for (const { name, text, header } of files) {
    assertEquals(readArguments(header, "KEYS").length, scripts.get(text)?.keyCount, name);
  }
});

Deno.test("every Lua header names the replies that TypeScript knows, and the code gives no other", async () => {
  const scripts = await registeredScripts();
  for (const { name, text, header, code } of files) {
    const words = readWords(header);
    assertEquals([...words].sort(), [...scripts.get(text)?.words ?? []].sort(), `${name}: header`);
    const given = words.filter((word) => new RegExp(`'${word}'`).test(code));
    assertEquals(given, words, `${name}: code`);
    for (const [, word] of code.matchAll(/(?:return|reply =|, reply, \w+ = \{\},) \{ '(\w+)'/g)) {
      assert(words.includes(word as string), `${name} replies "${word}", which its header does not name`);
    }
  }
});

Deno.test("every KEYS and ARGV of a Lua header becomes a local of that name, and is used nowhere else", () => {
  for (const { name, header, code } of files) {
    for (const word of ["KEYS", "ARGV"] as const) {
      const named = readArguments(header, word);
      assertEquals(
        named.map(({ index }) => index),
        named.map((_, position) => position + 1),
        `${name}: ${word}`,
      );
      const single = named.filter(({ isRest }) => !isRest);
      const locals = readLocals(code, word);
      assertEquals(
        [...locals].sort(([one], [other]) => one - other),
        single.map((argument) => [argument.index, argument.name]),
        `${name}: ${word}`,
      );
      assertEquals(
        code.match(new RegExp(`\\b${word}\\[\\d+\\]`, "g"))?.length ?? 0,
        single.length,
        `${name}: ${word}`,
      );
      for (const { index } of named.filter(({ isRest }) => isRest)) {
        assert(new RegExp(`\\b${index}\\b`).test(code), `${name}: ${word} ${index} and further`);
      }
    }
  }
});

Deno.test("every Lua script has the flags that let a full Redis drain, and no-writes is true", () => {
  for (const { name, flags, code } of files) {
    assertEquals(flags, FLAGS[name], name);
    assertEquals(WRITING.test(code), flags !== "no-writes", `${name} writes`);
  }
});

Deno.test("no Lua script is longer than it can be read, or takes a key that it was not given", () => {
  for (const { name, text, code } of files) {
    const lines = text.trimEnd().split("\n").length;
    assert(lines <= LINES_MAX, `${name} has ${lines} lines`);
    // The first argument of a command that has a key is never a literal; read_shard's XINFO names a subcommand first.
    const literal = [...code.matchAll(/redis\.p?call\('(\w+)', '([^']*)'/g)].map(([, command, text]) =>
      `${command} ${text}`
    );
    assertEquals(literal.filter((each) => each !== "XINFO STREAM"), [], name);
  }
});

Deno.test("vote.lua refuses nothing after its first write, and XADD is that write", () => {
  const { code } = readLuaFile("vote.lua");
  const xadd = code.indexOf("redis.pcall('XADD'");
  const next = code.indexOf("redis.call('HINCRBY'");
  assert(xadd > 0 && next > xadd);
  assert(!WRITING.test(code.slice(0, xadd)), "something is written before XADD");
  assertEquals(code.slice(next).match(/\breturn\b/g)?.length, 1);
  assert(code.trimEnd().endsWith("return reply"));
});
