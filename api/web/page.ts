/**
 * The web page, answered from memory: its files are part of the program, so it needs no right to read and cannot show
 * anything but them. A browser asks again each time and hears 304 while nothing has changed, so that the files of two
 * releases are never mixed.
 *
 * The page may run its own scripts and styles, talk to its own server, and nothing else: a name that a stranger chose can
 * do no harm even where it were taken for markup.
 */
import { crypto } from "@std/crypto";
import { errorResponse } from "../error_response.ts";

export interface PageFile {
  /** Of the URL. */
  readonly path: string;
  /** A media type. */
  readonly type: string;
  readonly text: string;
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-cache",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
const METHODS = "GET, HEAD";

interface Ready {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Returns what answers a request for the page, and undefined for one that asks for something else. */
export function createPage(files: readonly PageFile[]): (request: Request) => Response | undefined {
  const ready = new Map(files.map((file) => [file.path, prepare(file)]));
  return (request) => {
    const file = ready.get(URL.parse(request.url)?.pathname ?? "");
    return file && answer(request, file);
  };
}

function prepare({ type, text }: PageFile): Ready {
  const body = new TextEncoder().encode(text);
  const digest = new Uint8Array(crypto.subtle.digestSync("SHA-256", body));
  const etag = `"${digest.toBase64({ alphabet: "base64url", omitPadding: true })}"`;
  return { body, etag, headers: { ...HEADERS, etag, "content-type": `${type}; charset=utf-8` } };
}

function answer({ method, headers: asked }: Request, { body, etag, headers }: Ready): Response {
  if (method !== "GET" && method !== "HEAD") {
    const allowed = { allow: METHODS, "x-content-type-options": "nosniff", "cache-control": "no-store" };
    return errorResponse({
      status: 405,
      code: "METHOD_NOT_ALLOWED",
      message: `Ask for the page by ${METHODS}`,
      headers: allowed,
    });
  }
  if (isKnown(etag, asked.get("if-none-match"))) return new Response(null, { status: 304, headers });
  if (method === "GET") return new Response(body, { headers });
  return new Response(null, { headers: { ...headers, "content-length": String(body.length) } });
}

/** By weak comparison, as RFC 9110 asks: who compresses on the way makes a weak tag of a strong one. */
function isKnown(etag: string, ifNoneMatch: string | null): boolean {
  return ifNoneMatch !== null &&
    ifNoneMatch.split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));
}
