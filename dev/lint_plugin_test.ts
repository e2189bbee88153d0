import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import plugin, { FUNCTION_LINES_MAX } from "./lint_plugin.ts";

/** The rules that a source breaks, as the file of that path below the project's folder. */
function broken(path: string, source: string): string[] {
  const filename = fileURLToPath(new URL(`../${path}`, import.meta.url));
  return Deno.lint.runPlugin(plugin, filename, source).map(({ id }) => id.replace("cast/", ""));
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `  use(${index});`).join("\n");
}

Deno.test("function-length lets a function have 70 lines, and no more, of whatever kind it is", () => {
  const kinds: [head: string, tail: string][] = [
    ["function f() {", "}"],
    ["const f = () => {", "};"],
    ["const f = async function () {", "};"],
    ["class C { m() {", "} }"],
    ["const o = { m() {", "} };"],
    ["Deno.test('x', () => {", "});"],
  ];
  for (const [head, tail] of kinds) {
    const withLines = (count: number) => `${head}\n${lines(count - 2)}\n${tail}\n`;
    assertEquals(broken("shared/x.ts", withLines(FUNCTION_LINES_MAX)), [], head);
    assertEquals(broken("shared/x.ts", withLines(FUNCTION_LINES_MAX + 1)), ["function-length"], head);
  }
  assertEquals(broken("dev/x_test.ts", `function f() {\n${lines(80)}\n}`), ["function-length"], "tests too");
});

const IMPORTS: readonly [from: string, specifier: string, allowed: boolean][] = [
  ["shared/redis/client.ts", "../log/logger.ts", true],
  ["shared/redis/client.ts", "../../api/config.ts", false],
  ["shared/redis/client.ts", "../../workers/outbox_relay/lease.ts", false],
  ["shared/redis/client.ts", "../../dev/test.ts", false],
  ["shared/redis/client.ts", "ioredis", true],
  ["shared/redis/client.ts", "../testing/world.ts", false],
  ["shared/redis/client_test.ts", "../testing/world.ts", true],
  ["shared/redis/client_test.ts", "../../api/config.ts", false],
  ["shared/testing/world.ts", "./stores.ts", true],
  ["shared/testing/world.ts", "../redis/client.ts", true],
  ["api/main.ts", "../shared/redis/client.ts", true],
  ["api/main.ts", "./graphql/schema.ts", true],
  ["api/main.ts", "../workers/ticket_rotator/rotate.ts", false],
  ["api/main.ts", "../dev/test.ts", false],
  ["api/main.ts", "./testing/api_world.ts", false],
  ["api/main_integration_test.ts", "./testing/api_world.ts", true],
  ["api/main_test.ts", "../dev/stack/stores.ts", true],
  ["api/testing/api_world.ts", "../../shared/testing/world.ts", true],
  ["workers/outbox_relay/main.ts", "../../shared/redis/client.ts", true],
  ["workers/outbox_relay/main.ts", "./lease.ts", true],
  ["workers/outbox_relay/main.ts", "../vote_persister/config.ts", false],
  ["workers/outbox_relay/main.ts", "../../api/config.ts", false],
  ["workers/vote_persister/guard/guard.ts", "../store_votes.ts", true],
  ["workers/vote_persister/guard/guard.ts", "../../outbox_relay/lease.ts", false],
  ["dev/system/system.ts", "../../workers/outbox_relay/lease.ts", true],
  ["dev/system/system.ts", "../../api/config.ts", true],
  ["dev/system/system.ts", "../../shared/testing/world.ts", true],
];

Deno.test("import-boundaries keeps each folder to its side", () => {
  for (const [from, specifier, allowed] of IMPORTS) {
    const wanted = allowed ? [] : ["import-boundaries"];
    assertEquals(broken(from, `import { x } from "${specifier}";`), wanted, `${from} imports ${specifier}`);
  }
});

Deno.test("import-boundaries sees every form of import", () => {
  const forms = [
    'import "../../api/config.ts";',
    'import type { X } from "../../api/config.ts";',
    'import * as x from "../../api/config.ts";',
    'import text from "../../api/schema.graphql" with { type: "text" };',
    'export { x } from "../../api/config.ts";',
    'export * from "../../api/config.ts";',
    'const x = await import("../../api/config.ts");',
  ];
  for (const form of forms) assertEquals(broken("shared/redis/x.ts", form), ["import-boundaries"], form);
  assertEquals(broken("shared/redis/x.ts", "export const x = 1; const y = await import(name);"), []);
});

Deno.test("process-access leaves the process to composition roots", () => {
  const touches = [
    'Deno.env.get("CAST_X");',
    "const all = Deno.env.toObject();",
    "Deno.exit(1);",
    'Deno.addSignalListener("SIGTERM", stop);',
    'Deno["exit"](1);',
    "globalThis.Deno.exit(1);",
    "const { env } = Deno;",
    "const { exit: leave } = globalThis.Deno;",
  ];
  const roots = [
    "api/main.ts",
    "api/edge.ts",
    "workers/outbox_relay/main.ts",
    "workers/outbox_relay/permissions.ts",
    "shared/config/permissions.ts",
    "shared/config/environment.ts",
    "shared/lifecycle/run_program.ts",
    "shared/testing/stores.ts",
    "shared/config/environment_test.ts",
    "api/main_integration_test.ts",
    "dev/test.ts",
  ];
  const others = [
    "shared/redis/client.ts",
    "api/server.ts",
    "workers/outbox_relay/lease.ts",
    "api/domain.ts",
  ];
  for (const touch of touches) {
    for (const root of roots) assertEquals(broken(root, touch), [], `${root}: ${touch}`);
    for (const other of others) assertEquals(broken(other, touch), ["process-access"], `${other}: ${touch}`);
  }
});

Deno.test("process-access minds no other part of Deno, and nobody else's env", () => {
  const harmless = [
    "Deno.serve(handler);",
    "config.env.get(1);",
    "process.exit;",
    "const { serve } = Deno;",
    "exit(1);",
  ];
  for (const source of harmless) assertEquals(broken("shared/x.ts", source), [], source);
});
