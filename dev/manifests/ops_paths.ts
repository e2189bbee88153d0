/** Which paths the operations port serves, found by asking the very server that the programs run. */
import { Registry } from "prom-client";
import { createOpsServer } from "../../shared/lifecycle/ops_server.ts";

const ASKED = ["/livez", "/readyz", "/startedz", "/healthz", "/metrics"];

export async function findOpsPaths(): Promise<ReadonlySet<string>> {
  const server = createOpsServer({ port: 0, checks: [], registry: new Registry(), isStopping: () => false });
  try {
    const served = new Set<string>();
    for (const path of ASKED) {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
      await response.body?.cancel();
      if (response.status !== 404) served.add(path);
    }
    return served;
  } finally {
    await server.stop();
  }
}
