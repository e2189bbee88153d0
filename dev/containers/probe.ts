/** `probe.ts <url>`: exits 0 when the address answers with success. The distroless image has no curl for health checks. */

const PROBE_MS_MAX = 2000;

const [url] = Deno.args;
if (url === undefined) throw new Error("Give the address to ask");
const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS_MAX) });
if (!response.ok) {
  console.error(`${response.status} ${await response.text()}`);
  Deno.exit(1);
}
