/** A Redis that was built with TLS, where the machine has one: the same client against the real thing. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "node:path";
import { createRedisClient } from "../../../shared/redis/client.ts";
import { createSilentLogger } from "../../../shared/testing/silent_logger.ts";
import { createCheckout } from "../../stack/checkout.ts";
import { createPortClaims } from "../../stack/port_claims.ts";
import { createServer } from "../../stack/server.ts";
import { createAuthority } from "./certificates.ts";

/** The first of PATH that knows the word: a build without TLS refuses its setting. */
async function findRedisWithTls(): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = join(folder, "redis-server");
    if (!(await Deno.stat(path).catch(() => undefined))?.isFile) continue;
    // Refused for the file that is not there; without TLS for the name of the setting, or not at all.
    const args = [
      "--port",
      "0",
      "--tls-port",
      "1",
      "--tls-cert-file",
      "/nowhere",
      "--tls-key-file",
      "/nowhere",
    ];
    const { stdout, stderr } = await new Deno.Command(path, { args, stdin: "null" }).output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join();
    if (/Failed to (load|configure)/i.test(said) && /certificate|TLS/i.test(said)) return path;
  }
  return undefined;
}

const redisServer = await findRedisWithTls();

Deno.test({
  name: "a Redis of its own TLS is reached with the right certificates, and by nobody with others",
  ignore: redisServer === undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "cast-redis-tls-" });
    const authority = await createAuthority();
    const { certificate, key } = await authority.issue(["localhost"]);
    const files = {
      "ca.pem": authority.certificate,
      "stranger.pem": (await createAuthority()).certificate,
      "server.pem": certificate,
      "server.key": key,
    };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    const port = createPortClaims({ checkout: createCheckout(), keepData: false }).claim(0);
    const at = (name: string) => join(folder, name);
    const log = createSilentLogger();
    const connect = async (url: string, caFile?: string) => {
      const client = createRedisClient({ url: new URL(url), caFile, log });
      try {
        await client.whenConnected(AbortSignal.timeout(1000));
        return await client.redis.ping();
      } finally {
        await client.close();
      }
    };
    const isReady = () => connect(`rediss://localhost:${port}`, at("ca.pem")).then(() => true, () => false);
    const server = createServer({
      name: "redis",
      command: redisServer as string,
      args: [
        ...["--port", "0", "--tls-port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        ...[
          "--tls-cert-file",
          at("server.pem"),
          "--tls-key-file",
          at("server.key"),
          "--tls-auth-clients",
          "no",
        ],
      ],
      environment: { LC_ALL: "C" },
      logPath: at("redis.log"),
      pidFolder: folder,
      workingFolder: folder,
      stopSignal: "SIGTERM",
      stopDeadlineMs: 10_000,
      startAttemptsMax: 1,
      isReady,
    });
    try {
      await server.start();
      assertEquals(await connect(`rediss://localhost:${port}`, at("ca.pem")), "PONG");
      await assertRejects(() => connect(`rediss://localhost:${port}`, at("stranger.pem")));
      await assertRejects(() => connect(`rediss://localhost:${port}`));
      await assertRejects(() => connect(`rediss://127.0.0.1:${port}`, at("ca.pem")));
      await assertRejects(() => connect(`redis://localhost:${port}`));
      const said = log.events.map(({ fields }) =>
        String((fields as { error?: Error } | undefined)?.error?.message)
      );
      assertMatch(said.join("\n"), /UnknownIssuer|unable to/i);
      assertMatch(said.join("\n"), /NotValidForName|not valid for name|altname/i);
    } finally {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
