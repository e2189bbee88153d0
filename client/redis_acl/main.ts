/**
 * `deno task redis-acl [folder]`: prints the file of users for Redis (`aclfile`), for the keys of CAST_REDIS_PREFIX.
 *
 * The folder holds one file a user, named as the user, with the password; while one password takes the place of another,
 * with both, one a line. Only their SHA-256 is printed. Without a folder `@<user>@` stands where a hash belongs.
 *
 * Exit codes: 0 printed; 1 a password is missing; 2 wrong arguments or settings.
 */
import { createHash } from "node:crypto";
import { readEnvironment } from "../../shared/config/environment.ts";
import { parseSettings } from "../../shared/config/parse.ts";
import { redisPrefix } from "../../shared/config/store_settings.ts";
import { aclFile, type PasswordHashes, REDIS_USERS } from "../../shared/redis/acl.ts";
import { complain, print, reasonOf } from "../terminal.ts";

const USAGE = "Usage: deno task redis-acl [folder with a password file for each user]";
/** Redis keeps no salt: what can be guessed would be found in the file. */
const PASSWORD_CHARACTERS_MIN = 16;

function main(args: readonly string[]): 0 | 1 | 2 {
  const [folder] = args;
  if (args.length > 1 || folder?.startsWith("-")) {
    complain(USAGE);
    return 2;
  }
  const parsed = parseSettings({ redisPrefix }, readEnvironment({ redisPrefix }));
  if (!parsed.ok) {
    parsed.problems.forEach(complain);
    return 2;
  }
  try {
    const passwords = folder === undefined ? placeholders() : readHashes(folder);
    print(aclFile({ prefix: parsed.config.redisPrefix, passwords }).trimEnd());
    return 0;
  } catch (error) {
    complain(reasonOf(error));
    return 1;
  }
}

function placeholders(): PasswordHashes {
  return Object.fromEntries(REDIS_USERS.map(({ name }) => [name, [`@${name}@`]]));
}

function readHashes(folder: string): PasswordHashes {
  const users = REDIS_USERS.filter(({ withoutPassword }) => !withoutPassword);
  return Object.fromEntries(
    users.map(({ name }) => [name, hashesOf(name, Deno.readTextFileSync(`${folder}/${name}`))]),
  );
}

function hashesOf(name: string, text: string): string[] {
  const passwords = text.split("\n").map((line) => line.replace(/\r$/, "")).filter((line) => line !== "");
  const isShort = passwords.some((password) => password.length < PASSWORD_CHARACTERS_MIN);
  if (passwords.length === 0 || isShort) {
    throw new Error(`Give ${name} a password of ${PASSWORD_CHARACTERS_MIN} characters or more`);
  }
  return passwords.map((password) => createHash("sha256").update(password).digest("hex"));
}

Deno.exit(main(Deno.args));
