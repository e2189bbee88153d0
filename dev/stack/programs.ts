/**
 * The four programs of CAST, as `deno task` names them, and which of them a changed file concerns.
 */

export const PROGRAMS = ["api", "ticket-rotator", "outbox-relay", "vote-persister"] as const;

export type Program = typeof PROGRAMS[number];

/** The folders that programs are made of. */
export const SOURCE_FOLDERS = ["api", "workers", "shared"];

/** The programs that may use the file, a path relative to the root of the repository. */
export function programsUsing(path: string): Program[] {
  const [top, second] = path.split("/");
  if (!/\.(ts|lua|sql|json|graphql|html)$/.test(path) || /_test\.ts$/.test(path)) return [];
  if (top === "api") return ["api"];
  // Underscores in folders are dashes in tasks.
  if (top === "workers") return PROGRAMS.filter((program) => program === second?.replaceAll("_", "-"));
  if (top === "shared" && second !== "testing") return [...PROGRAMS];
  return [];
}
