import { assert, assertEquals } from "@std/assert";
import { createPage } from "./page.ts";
import { PAGE_FILES } from "./page_files.ts";

const ORIGIN = "http://cast.test";
const page = createPage(PAGE_FILES);

function ask(path: string, init: RequestInit = {}): Response | undefined {
  return page(new Request(`${ORIGIN}${path}`, init));
}

function textOf(path: string): string {
  return PAGE_FILES.find((file) => file.path === path)?.text ?? "";
}

Deno.test("page() answers each file with its type, a strong tag and the order to ask again", async () => {
  for (const { path, type, text } of PAGE_FILES) {
    const response = ask(path);
    assert(response, path);
    assertEquals([response.status, await response.text()], [200, text]);
    assertEquals(response.headers.get("content-type"), `${type}; charset=utf-8`);
    assertEquals(response.headers.get("cache-control"), "no-cache");
    assert(/^"[\w-]{43}"$/.test(response.headers.get("etag") ?? ""), path);
  }
});

Deno.test("page() lets the page run its own scripts and styles, talk to its own server, and nothing else", () => {
  for (const { path } of PAGE_FILES) {
    const headers = ask(path)?.headers;
    assertEquals(
      headers?.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assertEquals(headers?.get("x-content-type-options"), "nosniff");
    assertEquals(headers?.get("referrer-policy"), "no-referrer");
    assertEquals(headers?.get("x-frame-options"), "DENY");
  }
});

Deno.test("page() answers 304 to who has the file, also where a proxy weakened the tag", async () => {
  const etag = ask("/")?.headers.get("etag") ?? "";
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const response = ask("/", { headers: { "if-none-match": tag } });
    assertEquals([response?.status, await response?.text()], [304, ""], tag);
    assertEquals(response?.headers.get("etag"), etag);
    assert(response?.headers.has("content-security-policy"));
  }
  assertEquals(ask("/", { headers: { "if-none-match": '"other"' } })?.status, 200);
});

Deno.test("page() answers HEAD as GET without the body", async () => {
  const [got, head] = [ask("/web/main.js"), ask("/web/main.js", { method: "HEAD" })];
  const bytes = new Uint8Array(await got?.arrayBuffer() ?? []);
  assertEquals([head?.status, await head?.text()], [200, ""]);
  assertEquals(head?.headers.get("content-length"), String(bytes.length));
  assertEquals(head?.headers.get("etag"), got?.headers.get("etag"));
});

Deno.test("page() refuses every other method with 405", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const response = ask("/", { method });
    assertEquals([response?.status, response?.headers.get("allow")], [405, "GET, HEAD"], method);
    assertEquals(response?.headers.get("cache-control"), "no-store");
    assertEquals((await response?.json()).errors[0].extensions.code, "METHOD_NOT_ALLOWED");
  }
});

Deno.test("page() leaves alone what is no file of it", () => {
  for (
    const path of [
      "/web",
      "/web/",
      "/web/page.html",
      "/web/../main.ts",
      "/web/__proto__",
      "/favicon.ico",
      "//",
    ]
  ) {
    assertEquals(ask(path), undefined, path);
  }
});

Deno.test("the markup names files that are there, and each script once ahead of its use", () => {
  const named = [...textOf("/").matchAll(/(?:src|href)="(\/web\/[^"]+)"/g)].map(([, path]) => path ?? "");
  const served = PAGE_FILES.map(({ path }) => path).filter((path) => path !== "/");
  assertEquals(named.toSorted(), served.toSorted());
});

Deno.test("the markup holds no script, style or address of others", () => {
  const markup = textOf("/");
  for (
    const forbidden of [/<script(?![^>]*\ssrc=)/, /<style/, /\sstyle=/, /\son\w+=/, /(?:src|href)="(?!\/|#)/]
  ) {
    assert(!forbidden.test(markup), String(forbidden));
  }
  const style = textOf("/web/style.css");
  assert(!/@import|url\(/.test(style), "the style sheet fetches nothing");
});

Deno.test("every module that a script imports is served beside it", () => {
  for (const { path, type, text } of PAGE_FILES) {
    if (type !== "text/javascript" || path === "/web/uplot.js") continue;
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export) [^;]*?from "([^"]+)";$/gm)) {
      const { pathname } = new URL(specifier, `${ORIGIN}${path}`);
      assert(ask(pathname), `${path} imports ${specifier}`);
    }
  }
});

Deno.test("the plot's library is the package's own file, with its licence's notice", () => {
  const script = textOf("/web/uplot.js");
  assert(script.includes("https://github.com/leeoniya/uPlot"));
  assert(script.endsWith("export default uPlot;\n"));
});
