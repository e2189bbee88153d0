/**
 * TLS and logins against real servers: the right certificate and password work, and of everything else each is refused
 * with a reason in the log, and no password.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createKafkaClient, type KafkaAccess } from "../../../shared/kafka/client.ts";
import { createLogger, type Logger } from "../../../shared/log/logger.ts";
import { createPostgresPool } from "../../../shared/postgres/pool.ts";
import { createRedisClient } from "../../../shared/redis/client.ts";
import { waitFor } from "../../../shared/testing/wait_for.ts";
import { createAuthority } from "./certificates.ts";
import { haveEmbeddedStores, type SecureStores, startSecureStores } from "./secure_stores.ts";
import { startTlsProxy } from "./tls_proxy.ts";

const ignore = !await haveEmbeddedStores();
const SECRET = "a-secret-that-nobody-logs";
const UNTRUSTED = /UnknownIssuer|unable to (get|verify)/i;
const WRONG_NAME = /NotValidForName|not valid for name|altname/i;
/** Deno tells an expired certificate no better from one of a stranger. */
const EXPIRED = /expired|unable to verify/i;
/** What a server or client makes of bytes that it cannot read. */
const NOT_TLS =
  /closed|reset|InvalidContentType|corrupt|disconnected|timed? ?out|eof|InvalidMessage|wrong version/i;

interface Printed {
  readonly log: Logger;
  text(): string;
}

/** What an operator would read. */
function printed(): Printed {
  let text = "";
  const write = (line: string) => void (text += line);
  return { log: createLogger({ program: "test", level: "debug", destination: { write } }), text: () => text };
}

/** Connects as the programs do; returns what was logged of the failure, undefined where it worked. */
async function tryRedis(url: URL, caFile: string | undefined): Promise<string | undefined> {
  const { log, text } = printed();
  const client = createRedisClient({ url, caFile, log });
  try {
    const isOver = () =>
      client.isConnected() || /"level":"warn".*redis_(connection_failed|incarnation_unread)/.test(text());
    await waitFor(isOver, { what: "Redis to let us in or not" });
    return client.isConnected() ? undefined : text();
  } finally {
    await client.close();
  }
}

async function tryKafka(access: KafkaAccess): Promise<string | undefined> {
  const { log, text } = printed();
  const admin = createKafkaClient({ ...access, clientId: "test", log }).admin();
  try {
    await admin.connect();
    await admin.listTopics();
    return undefined;
  } catch (error) {
    log.warn("kafka_failed", { error });
    return text();
  } finally {
    await admin.disconnect();
  }
}

async function tryPostgres(url: URL, caFile: string | undefined): Promise<string | undefined> {
  const { log, text } = printed();
  const pool = createPostgresPool({ url, caFile, schema: "public", connectionsMax: 1, log });
  try {
    await pool.query("select");
    return undefined;
  } catch (error) {
    log.warn("postgres_failed", { error });
    return text();
  } finally {
    await pool.end();
  }
}

function assertRefused(text: string | undefined, reason: RegExp, what: string): void {
  assert(text !== undefined, `${what}: was let in`);
  assertMatch(text, reason, `${what}: ${text}`);
  assert(!text.includes(SECRET), `${what}: ${text}`);
}

function withLogin(url: URL, password: string): URL {
  const own = new URL(url);
  own.password = password;
  return own;
}

async function strangersFile(stores: SecureStores): Promise<string> {
  const path = `${stores.folder}/stranger.pem`;
  await Deno.writeTextFile(path, (await createAuthority("CAST test authority")).certificate);
  return path;
}

Deno.test({
  name: "Redis over TLS is believed for the right authority, name and time, and for no other",
  ignore,
  async fn() {
    await using stores = await startSecureStores({ kafka: false });
    const { authority, caFile } = stores;
    const port = Number(stores.plainRedis.port);
    const redis = withLogin(stores.redis, "");
    assertEquals(await tryRedis(redis, caFile), undefined);

    assertRefused(await tryRedis(redis, await strangersFile(stores)), UNTRUSTED, "another authority's file");
    assertRefused(await tryRedis(redis, undefined), UNTRUSTED, "the system's authorities");
    await using elsewhere = startTlsProxy({ port, tls: await authority.issue(["redis.elsewhere.test"]) });
    const atOther = new URL(`rediss://:${SECRET}@localhost:${elsewhere.port}`);
    assertRefused(await tryRedis(atOther, caFile), WRONG_NAME, "another host's certificate");
    await using late = startTlsProxy({ port, tls: await authority.issue(["localhost"], { expired: true }) });
    assertRefused(
      await tryRedis(new URL(`rediss://:${SECRET}@localhost:${late.port}`), caFile),
      EXPIRED,
      "a certificate that has expired",
    );
    const plain = new URL(`redis://:${SECRET}@localhost:${redis.port}`);
    assertRefused(await tryRedis(plain, undefined), NOT_TLS, "no TLS at a port for it");
    const tls = new URL(`rediss://:${SECRET}@localhost:${port}`);
    assertRefused(await tryRedis(tls, caFile), NOT_TLS, "TLS at a port without");
    const nobody = withLogin(redis, SECRET);
    nobody.username = "nobody";
    assertRefused(await tryRedis(nobody, caFile), /WRONGPASS/, "a user and a password that nobody set");
  },
});

Deno.test({
  name: "Redis gets a certificate of another authority while programs run, and needs no restart of theirs",
  ignore,
  async fn() {
    await using stores = await startSecureStores({ kafka: false });
    const next = await createAuthority("the next one");
    const port = Number(stores.plainRedis.port);
    let proxy = startTlsProxy({ port, tls: await stores.authority.issue(["localhost"]) });
    const listenPort = proxy.port;
    const { log } = printed();
    const url = new URL(`rediss://localhost:${listenPort}`);
    const client = createRedisClient({ url, caFile: stores.caFile, log });
    try {
      await client.whenConnected(AbortSignal.timeout(10_000));
      await Deno.writeTextFile(stores.caFile, next.certificate);
      await proxy[Symbol.asyncDispose]();
      await waitFor(() => !client.isConnected(), { what: "the connection to end" });
      proxy = startTlsProxy({ port, listenPort, tls: await next.issue(["localhost"]) });
      await client.whenConnected(AbortSignal.timeout(10_000));
    } finally {
      await client.close();
      await proxy[Symbol.asyncDispose]();
    }
  },
});

Deno.test({
  name:
    "Postgres over TLS is believed for the right authority, name and time, whatever sslmode the address has",
  ignore,
  async fn() {
    await using stores = await startSecureStores({ kafka: false });
    const { authority, caFile, postgres } = stores;
    assertEquals(await tryPostgres(postgres, caFile), undefined);
    const wrong = withLogin(postgres, SECRET);
    assertRefused(await tryPostgres(wrong, caFile), /28P01/, "a wrong password");
    assertRefused(
      await tryPostgres(wrong, await strangersFile(stores)),
      UNTRUSTED,
      "another authority's file",
    );
    assertRefused(await tryPostgres(wrong, undefined), /no encryption/, "no TLS at all");
    for (const mode of ["require", "verify-ca", "no-verify", "prefer", "disable"]) {
      const weak = new URL(`${wrong.href}?sslmode=${mode}`);
      const what = `sslmode=${mode}`;
      assertRefused(await tryPostgres(weak, await strangersFile(stores)), UNTRUSTED, `${what} with a file`);
      if (mode !== "disable") assertRefused(await tryPostgres(weak, undefined), UNTRUSTED, what);
    }
    const admin = createPostgresPool({
      url: postgres,
      caFile,
      schema: "x",
      connectionsMax: 1,
      log: printed().log,
    });
    try {
      const expired = await authority.issue(["localhost"], { expired: true });
      const elsewhere = await authority.issue(["postgres.elsewhere.test"]);
      for (const [served, reason] of [[expired, EXPIRED], [elsewhere, WRONG_NAME]] as const) {
        await stores.servePostgres(served);
        await admin.query("select pg_reload_conf()");
        const isServed = async () => reason.test(await tryPostgres(wrong, caFile) ?? "");
        await waitFor(isServed, { what: `Postgres to be refused for ${reason}` });
        assertRefused(await tryPostgres(wrong, caFile), reason, String(reason));
      }
    } finally {
      await admin.end();
    }
  },
});

Deno.test({
  name:
    "Kafka over TLS is believed for the right authority, name and time, and lets in who knows the password",
  ignore,
  async fn() {
    await using stores = await startSecureStores({ kafka: true });
    const { authority, caFile, kafka: { port, plainPort, username, password } } = stores;
    const access = (given: { at?: number; caFile?: string | undefined } = {}) => ({
      brokers: [`localhost:${given.at ?? port}`],
      tls: { caFile: "caFile" in given ? given.caFile : caFile },
    });
    for (const mechanism of ["scram-sha-256", "scram-sha-512", "plain"] as const) {
      const right = { ...access(), login: { mechanism, username, password } };
      assertEquals(await tryKafka(right), undefined, mechanism);
      const wrong = { ...access(), login: { mechanism, username, password: SECRET } };
      assertRefused(await tryKafka(wrong), /authentication/i, `a wrong password by ${mechanism}`);
    }
    const login = { mechanism: "scram-sha-512", username, password: SECRET } as const;
    const stranger = { ...access({ caFile: await strangersFile(stores) }), login };
    assertRefused(await tryKafka(stranger), UNTRUSTED, "another authority's file");
    assertRefused(
      await tryKafka({ ...access({ caFile: undefined }), login }),
      UNTRUSTED,
      "the system's authorities",
    );
    await using elsewhere = startTlsProxy({
      port: plainPort,
      tls: await authority.issue(["kafka.elsewhere.test"]),
    });
    assertRefused(await tryKafka({ ...access({ at: elsewhere.port }), login }), WRONG_NAME, "another host's");
    const expired = await authority.issue(["localhost"], { expired: true });
    await using late = startTlsProxy({ port: plainPort, tls: expired });
    assertRefused(await tryKafka({ ...access({ at: late.port }), login }), EXPIRED, "one that has expired");
    const { brokers } = access();
    assertRefused(await tryKafka({ brokers, login }), NOT_TLS, "no TLS at a port for it");
    assertRefused(await tryKafka({ ...access({ at: plainPort }), login }), NOT_TLS, "TLS at a port without");
    assert(await tryKafka(access()) !== undefined, "without a login");
  },
});
