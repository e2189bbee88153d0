import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { aclFile, REDIS_USERS } from "../../shared/redis/acl.ts";

const SCRIPT = new URL("../../k8s/components/redis/start.sh", import.meta.url);
const USERS = new URL("../../k8s/components/redis/users.acl", import.meta.url);
const LOGINS = REDIS_USERS.filter(({ withoutPassword }) => !withoutPassword).map(({ name }) => name);

interface Started {
  readonly code: number;
  readonly complained: string;
  readonly users: string;
}

/** Runs the script on folders of its own, with nothing in the place of Redis. */
async function start(passwords: Readonly<Record<string, string>>): Promise<Started> {
  const folder = await Deno.makeTempDir();
  try {
    const at = (path: string) => join(folder, path);
    for (const name of ["etc", "run", "secrets", "data", "bin"]) await Deno.mkdir(at(name));
    for (const name of ["redis-server", "flock"]) {
      await Deno.writeTextFile(at(`bin/${name}`), "#!/bin/sh\n", { mode: 0o755 });
    }
    await Deno.copyFile(USERS, at("etc/users.acl"));
    for (const [user, text] of Object.entries(passwords)) {
      await Deno.writeTextFile(at(`secrets/${user}`), text);
    }
    const script = (await Deno.readTextFile(SCRIPT)).replaceAll("/etc/redis", at("etc"))
      .replaceAll("/run/redis", at("run")).replaceAll("/secrets/", at("secrets/"))
      .replaceAll("/data/", at("data/"));
    const path = `${at("bin")}:${Deno.env.get("PATH")}`;
    const { code, stderr } = await new Deno.Command("sh", { args: ["-c", script], env: { PATH: path } })
      .output();
    return {
      code,
      complained: new TextDecoder().decode(stderr),
      users: await Deno.readTextFile(at("run/users.acl")),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function hash(password: string): string {
  return createHash("sha256").update(password).digest("hex");
}

const GOOD = Object.fromEntries(LOGINS.map((name) => [name, `password of ${name}`]));

Deno.test("start.sh writes what deno task redis-acl writes: one password a line, blank lines and line ends aside", async () => {
  const [first = "", second = "", ...others] = LOGINS;
  const { code, users } = await start({
    ...GOOD,
    [first]: "\r\n the new password of it\\\r\n\nthe old password of it\n\n",
    [second]: "ends with a return\r",
  });
  const hashes = {
    ...Object.fromEntries(others.map((name) => [name, [hash(`password of ${name}`)]])),
    [first]: [hash(" the new password of it\\"), hash("the old password of it")],
    [second]: [hash("ends with a return")],
  };
  assertEquals(code, 0);
  assertEquals(users, aclFile({ prefix: "cast", passwords: hashes }));
});

Deno.test("start.sh refuses an empty file, and a password that can be guessed", async () => {
  const [first = ""] = LOGINS;
  for (const text of ["", "\n\r\n", "fifteen letters", "sixteen letters!\nshort\n"]) {
    const { code, complained } = await start({ ...GOOD, [first]: text });
    assertEquals(code, 1, text);
    assertStringIncludes(complained, `Give ${first} a password of 16 characters or more`);
  }
});

Deno.test("start.sh refuses to leave a user without a password", async () => {
  const { [LOGINS[0] as string]: _, ...others } = GOOD;
  assertEquals((await start(others)).code, 1);
});
