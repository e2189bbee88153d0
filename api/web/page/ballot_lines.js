// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** The lines of the form: a name and how many votes it gets, and what is wrong with either, beside it. */
import { NAMES_MAX } from "./ballot_rules.js";
import { elementOf, make } from "./elements.js";

/**
 * @typedef {import("./ballot_rules.js").Line} Line
 * @typedef {import("./ballot_rules.js").Problem} Problem
 *
 * @typedef {object} Field
 * @property {HTMLLabelElement} label
 * @property {HTMLInputElement} input
 * @property {HTMLElement} problem
 *
 * @typedef {object} LineRow
 * @property {HTMLLIElement} root
 * @property {Field} name
 * @property {Field} count
 * @property {HTMLButtonElement} remove
 *
 * @typedef {object} BallotLines
 * @property {() => Line[]} read
 * @property {(choice: import("./ballot_rules.js").Choice) => void} fill
 * @property {(name: string) => void} pick Puts a name into a line that is free, or a new one.
 * @property {(problems: readonly Problem[]) => void} showProblems Moves the focus to the first.
 * @property {(isLocked: boolean) => void} lock
 */

/**
 * @param {{ language: import("./language.js").Language }} deps
 * @returns {BallotLines}
 */
export function createBallotLines({ language }) {
  const [list, add] = [elementOf("lines"), elementOf("add", HTMLButtonElement)];
  /** @type {LineRow[]} */
  let rows = [];
  let made = 0;

  /** @param {Partial<Line>} [line] */
  function addRow({ name = "", count = "1" } = {}) {
    const row = makeRow(`line-${++made}`);
    row.name.input.value = name;
    row.count.input.value = count;
    row.name.input.addEventListener("input", showWords);
    row.remove.addEventListener("click", () => removeRow(row));
    rows.push(row);
    list.append(row.root);
    showWords();
    return row;
  }

  /** @param {LineRow} row */
  function removeRow(row) {
    const index = rows.indexOf(row);
    rows = rows.filter((other) => other !== row);
    row.root.remove();
    rows[Math.max(0, index - 1)]?.name.input.focus();
    showWords();
  }

  function showWords() {
    const words = language.words();
    for (const row of rows) {
      row.name.label.textContent = words.name;
      row.count.label.textContent = words.count;
      row.remove.setAttribute("aria-label", words.removeName(row.name.input.value.trim()));
      row.remove.hidden = rows.length === 1;
    }
    add.hidden = rows.length >= NAMES_MAX;
  }

  add.addEventListener("click", () => addRow().name.input.focus());
  addRow();
  language.onChange(showWords);
  return {
    read: () => rows.map(({ name, count }) => ({ name: name.input.value, count: count.input.value })),
    fill({ names, counts }) {
      for (const row of rows) row.root.remove();
      rows = [];
      for (const [index, name] of names.entries()) addRow({ name, count: String(counts[index]) });
    },
    pick(name) {
      const there = rows.find(({ name: { input } }) => input.value === name);
      const free = there ?? rows.find(({ name: { input } }) => input.value.trim() === "");
      const row = free ?? (rows.length < NAMES_MAX ? addRow() : rows.at(-1));
      if (!row) return;
      row.name.input.value = name;
      showWords();
      row.count.input.focus();
      row.count.input.select();
    },
    showProblems: (problems) => markAll(rows, { problems, texts: language.words().problems }),
    lock(isLocked) {
      for (const row of rows) lockRow(row, isLocked);
      add.disabled = isLocked;
    },
  };
}

/** @param {string} id @returns {LineRow} */
function makeRow(id) {
  const root = make("li", { className: "line" });
  const name = makeField(`${id}-name`);
  name.input.type = "text";
  name.input.dir = "auto";
  name.input.spellcheck = false;
  name.input.setAttribute("list", "known-names");
  const count = makeField(`${id}-count`);
  count.input.type = "text";
  count.input.inputMode = "numeric";
  count.input.className = "line-count";
  const remove = make("button", { className: "remove", text: "×" });
  remove.type = "button";
  for (const { label, input, problem } of [name, count]) {
    const cell = make("div", { className: "cell" });
    cell.append(label, input, problem);
    root.append(cell);
  }
  root.append(remove);
  return { root, name, count, remove };
}

/** @param {string} id @returns {Field} */
function makeField(id) {
  const label = make("label");
  const input = make("input");
  const problem = make("p", { className: "problem" });
  input.id = id;
  input.autocomplete = "off";
  label.htmlFor = id;
  problem.id = `${id}-problem`;
  problem.hidden = true;
  return { label, input, problem };
}

/**
 * @param {readonly LineRow[]} rows
 * @param {{ problems: readonly Problem[], texts: Readonly<Record<Problem["key"], string>> }} found
 */
function markAll(rows, { problems, texts }) {
  for (const row of rows) for (const field of [row.name, row.count]) mark(field, "");
  for (const { line, field, key } of problems) {
    const row = rows[line];
    if (row) mark(row[field], texts[key]);
  }
  const first = problems[0];
  if (first) rows[first.line]?.[first.field].input.focus();
}

/** @param {LineRow} row @param {boolean} isLocked */
function lockRow({ name, count, remove }, isLocked) {
  name.input.readOnly = isLocked;
  count.input.readOnly = isLocked;
  remove.disabled = isLocked;
}

/** @param {Field} field @param {string} text Empty where nothing is wrong. */
function mark({ input, problem }, text) {
  problem.textContent = text;
  problem.hidden = text === "";
  if (text === "") {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  } else {
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", problem.id);
  }
}
