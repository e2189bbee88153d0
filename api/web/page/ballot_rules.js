// @ts-check
/**
 * What can be told of a ballot before it is sent. The server judges by the same rules and rewrites nothing, so a name is
 * brought into the one form that it takes here, where its voter sees it.
 *
 * @typedef {{ readonly name: string, readonly count: string }} Line As it was typed.
 * @typedef {"nameMissing" | "nameLong" | "nameControl" | "nameTwice" | "countWrong"} ProblemKey
 * @typedef {{ readonly line: number, readonly field: "name" | "count", readonly key: ProblemKey }} Problem
 * @typedef {{ readonly names: readonly string[], readonly counts: readonly number[] }} Choice
 * @typedef {{ kind: "choice", choice: Choice } | { kind: "problems", problems: readonly Problem[] }} Reading
 */

/** As shared/vote/rules.ts has them; a test holds them together. */
export const NAME_CODE_POINTS_MAX = 64;
export const NAMES_MAX = 20;
/** More than any server allows: above it a number is not whole any more. */
const COUNT_MAX = 2 ** 31 - 1;

/** Lines that say nothing are left out, unless they are all. @param {readonly Line[]} lines @returns {Reading} */
export function readBallot(lines) {
  const given = lines.map((line, index) => ({ index, name: tidyName(line.name), count: line.count.trim() }));
  const written = given.filter(({ name }) => name !== "");
  const kept = written.length > 0 ? written : given.slice(0, 1);
  const names = kept.map(({ name }) => name);
  const problems = kept.flatMap(({ index, name, count }, place) =>
    [
      nameProblem(name, names.indexOf(name) < place),
      isCount(count) ? undefined : /** @type {const} */ (["count", "countWrong"]),
    ].flatMap((problem) => problem ? [{ line: index, field: problem[0], key: problem[1] }] : [])
  );
  if (problems.length > 0) return { kind: "problems", problems };
  return { kind: "choice", choice: { names, counts: kept.map(({ count }) => Number(count)) } };
}

/** Normal form NFC, without outer spaces. @param {string} name */
export function tidyName(name) {
  return name.normalize("NFC").trim();
}

/**
 * @param {string} name
 * @param {boolean} isTwice
 * @returns {readonly ["name", ProblemKey] | undefined}
 */
function nameProblem(name, isTwice) {
  if (name === "") return ["name", "nameMissing"];
  if ([...name].length > NAME_CODE_POINTS_MAX) return ["name", "nameLong"];
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) return ["name", "nameControl"];
  return isTwice ? ["name", "nameTwice"] : undefined;
}

/** @param {string} text */
function isCount(text) {
  return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= COUNT_MAX;
}
