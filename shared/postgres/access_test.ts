import { assert, assertEquals } from "@std/assert";
import { parseSettings } from "../config/parse.ts";
import { postgresCaFile, postgresUrl } from "../config/store_settings.ts";
import { postgresAccessChecks } from "./access.ts";

const SECRET = "hidden-password";

function problemsOf(parameters: string, environment: Record<string, string> = {}): readonly string[] {
  const result = parseSettings(
    { postgresUrl, postgresCaFile },
    { CAST_POSTGRES_URL: `postgres://cast:${SECRET}@p/cast${parameters}`, ...environment },
    postgresAccessChecks,
  );
  return result.ok ? [] : result.problems;
}

Deno.test("postgresAccessChecks let the modes pass that check the certificate, and none that would not", () => {
  for (const mode of ["disable", "require", "verify-ca", "verify-full"]) {
    assertEquals(problemsOf(`?sslmode=${mode}`), []);
  }
  for (
    const parameters of [
      "?sslmode=prefer",
      "?sslmode=no-verify",
      "?sslmode=",
      "?sslmode=disable&sslmode=require",
    ]
  ) {
    assertEquals(problemsOf(parameters), [
      "Set sslmode of CAST_POSTGRES_URL to one of disable, require, verify-ca, verify-full, or leave it out",
    ], parameters);
  }
  assertEquals(problemsOf("?sslmode=disable", { CAST_POSTGRES_CA_FILE: "/ca.pem" }), [
    "Take sslmode=disable out of CAST_POSTGRES_URL: CAST_POSTGRES_CA_FILE is given",
  ]);
});

Deno.test("postgresAccessChecks refuse every other parameter, by its name and never by its value", () => {
  for (const name of ["options", "ssl", "sslrootcert", "host", "application_name"]) {
    assertEquals(problemsOf(`?${name}=${SECRET}`), [
      `Take the parameters out of CAST_POSTGRES_URL, but for sslmode: got ${name}`,
    ]);
  }
  const [problem = ""] = problemsOf(`?${SECRET}`);
  assert(!problem.includes(SECRET), problem);
});
