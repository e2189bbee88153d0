/** Reads the `CAST_*` environment of this process; only composition roots call it. */
import type { Environment, Settings } from "./parse.ts";

/**
 * Returns the environment with every secret that is given as a file (`<name>_FILE`, a mounted secret) put in place.
 * A file that cannot be read is an error: the program must not start without what it was told to use.
 */
export function readEnvironment(settings: Settings): Environment {
  const environment: Record<string, string> = {};
  for (const setting of Object.values(settings)) {
    const text = Deno.env.get(setting.name);
    const path = setting.secret ? Deno.env.get(`${setting.name}_FILE`) : undefined;
    if (text !== undefined && path !== undefined) {
      throw new Error(`Give ${setting.name} or ${setting.name}_FILE, not both`);
    }
    if (text !== undefined) environment[setting.name] = text;
    if (path !== undefined) environment[setting.name] = Deno.readTextFileSync(path).trim();
  }
  return environment;
}
