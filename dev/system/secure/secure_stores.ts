/**
 * Redis, Kafka and Postgres as a deployment that trusts no network has them: over TLS, with certificates of an authority
 * of the test's own, and with a login. Native processes of this test alone.
 */
import { join } from "node:path";
import { createCheckout } from "../../stack/checkout.ts";
import type { EmbeddedContext } from "../../stack/embedded.ts";
import { findJava } from "../../stack/embedded_kafka.ts";
import { preparePostgres } from "../../stack/embedded_postgres.ts";
import { prepareRedis } from "../../stack/embedded_redis.ts";
import { fetchJars } from "../../stack/fetch_jars.ts";
import { fetchPostgres } from "../../stack/fetch_postgres.ts";
import { createPortClaims } from "../../stack/port_claims.ts";
import { createPostgresHome, removeOutside } from "../../stack/postgres_home.ts";
import { type Authority, createAuthority, type ServerCertificate } from "./certificates.ts";
import { prepareSecureKafka } from "./secure_kafka.ts";
import { startTlsProxy } from "./tls_proxy.ts";

export interface SecureStores extends AsyncDisposable {
  readonly folder: string;
  readonly authority: Authority;
  /** A file with the authority's certificate. */
  readonly caFile: string;
  /** No TLS: for the test itself, which may do everything. */
  readonly plainRedis: URL;
  /** Over TLS, without user and password. */
  readonly redis: URL;
  readonly kafka: {
    readonly port: number;
    readonly plainPort: number;
    readonly username: string;
    readonly password: string;
  };
  /** Over TLS, as the superuser. */
  readonly postgres: URL;
  /** What Postgres serves after its next `pg_reload_conf()`. */
  servePostgres(tls: ServerCertificate): Promise<void>;
}

/** The first is the administrator. */
const KAFKA_USERS = ["cast", "cast-outbox-relay", "cast-vote-persister", "cast-operator"] as const;
/** What every server's certificate is for. */
const HOSTS = ["localhost", "127.0.0.1"];

/** Whether the binaries were fetched: a test that downloads a hundred megabytes is nobody's wish. */
export async function haveEmbeddedStores(): Promise<boolean> {
  try {
    const names: string[] = [];
    for await (const { name } of Deno.readDir(createCheckout().fetched)) names.push(name);
    await findJava(Deno.env.get("JAVA_HOME"));
    return ["jars-", "postgres-"].every((prefix) =>
      names.some((name) => name.startsWith(prefix) && !name.endsWith(".lock"))
    );
  } catch {
    return false;
  }
}

export async function startSecureStores({ kafka: wantsKafka }: { kafka: boolean }): Promise<SecureStores> {
  await using ending = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "cast-secure-" });
  ending.defer(() => Deno.remove(folder, { recursive: true }));
  // Postgres may run as another user, who must get through.
  await Deno.chmod(folder, 0o755);
  const context = createContext(folder);
  const authority = await createAuthority();
  const caFile = join(folder, "ca.pem");
  await Deno.writeTextFile(caFile, authority.certificate);
  const tls = await authority.issue(HOSTS);

  const checkout = createCheckout();
  const jars = await fetchJars(checkout, () => {});
  const redis = await prepareRedis(context, { redisServer: jars.redisServer });
  await redis.server.start();
  ending.defer(() => redis.server.stop());
  const proxy = ending.use(startTlsProxy({ port: redis.ports[0] as number, tls }));
  const { address, serve, stop } = await startPostgres(context, tls);
  ending.defer(stop);
  const login = { username: KAFKA_USERS[0], password: crypto.randomUUID() };
  const { password } = login;
  const kafka = wantsKafka
    ? await startKafka(context, { ...jars, usernames: KAFKA_USERS, password, tls })
    : undefined;
  if (kafka) ending.defer(() => kafka.server.stop());

  const owned = ending.move();
  return {
    folder,
    authority,
    caFile,
    plainRedis: new URL(redis.address),
    redis: new URL(`rediss://localhost:${proxy.port}`),
    kafka: { port: kafka?.port ?? 0, plainPort: kafka?.plainPort ?? 0, ...login },
    postgres: address,
    servePostgres: serve,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function createContext(folder: string): EmbeddedContext {
  return {
    runFolder: folder,
    logFolder: folder,
    pidFolder: folder,
    environment: { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    ports: createPortClaims({ checkout: createCheckout(), keepData: false }),
    report: () => {},
  };
}

async function startKafka(
  context: EmbeddedContext,
  options: { classPath: string; usernames: readonly string[]; password: string; tls: ServerCertificate },
) {
  const java = await findJava(Deno.env.get("JAVA_HOME"));
  const kafka = await prepareSecureKafka(context, { ...options, java });
  await kafka.server.start();
  return kafka;
}

async function startPostgres(context: EmbeddedContext, tls: ServerCertificate) {
  const checkout = createCheckout();
  const runName = `secure-${crypto.randomUUID().slice(0, 8)}`;
  const binaries = await fetchPostgres(checkout, () => {});
  const home = await createPostgresHome(checkout, { runFolder: context.runFolder, runName, binaries });
  const at = (name: string) => join(home.folder, name);
  const write = async (name: string, text: string) => {
    await Deno.writeTextFile(at(name), text, { mode: 0o600 });
    if (home.user) await Deno.chown(at(name), home.user.uid, home.user.gid);
  };
  const serve = async ({ certificate, key }: ServerCertificate) => {
    await write("server.pem", certificate);
    await write("server.key", key);
  };
  await serve(tls);
  // No other way in than TLS and a password.
  await write("hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
  const settings = [
    "ssl=on",
    `ssl_cert_file=${at("server.pem")}`,
    `ssl_key_file=${at("server.key")}`,
    `hba_file=${at("hba.conf")}`,
    "fsync=off",
  ];
  const { address, server } = await preparePostgres(context, { ...home, settings });
  await server.start();
  const url = new URL(address);
  url.hostname = "localhost";
  return {
    address: url,
    serve,
    async stop() {
      await server.stop();
      await removeOutside(checkout, runName);
    },
  };
}
