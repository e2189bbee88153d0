/**
 * Reads a program's settings from an environment: a pure function that returns a frozen config or every problem at
 * once. A value that is present but wrong is never replaced by its fallback.
 */
import type { Setting } from "./setting.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The config of a set of settings: the same keys, the values read. */
export type ConfigOf<S extends Settings> = {
  readonly [Key in keyof S]: S[Key] extends Setting<infer T> ? T : never;
};

export type ParseResult<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A relation between settings: what is wrong when it does not hold. */
export type Check<Config> = (config: Config) => string | undefined;

export function parseSettings<S extends Settings>(
  settings: S,
  environment: Environment,
  checks: readonly Check<ConfigOf<S>>[] = [],
): ParseResult<ConfigOf<S>> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const text = environment[setting.name] ?? setting.fallback;
    if (text === undefined || (text === "" && setting.fallback !== "")) {
      problems.push(`Set ${setting.name}: ${setting.meaning}`);
      continue;
    }
    try {
      values[key] = setting.parse(text);
    } catch (error) {
      problems.push(`Correct ${setting.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const config = Object.freeze(values) as ConfigOf<S>;
  const broken = checks.map((check) => check(config)).filter((problem) => problem !== undefined);
  return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, config };
}
