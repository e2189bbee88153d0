// @ts-check
/// <reference lib="dom" />
/** The elements of the markup, by the ids that page.html gives them. */

/**
 * @template {Element} [T=HTMLElement]
 * @param {string} id
 * @param {new () => T} [type]
 * @returns {T}
 */
export function elementOf(id, type) {
  const element = document.getElementById(id);
  const wanted = type ?? HTMLElement;
  if (element instanceof wanted) return /** @type {T} */ (/** @type {unknown} */ (element));
  throw new Error(`Find #${id}: the page has no such ${wanted.name}`);
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {{ className?: string, text?: string }} [about]
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, { className, text } = {}) {
  const element = document.createElement(tag);
  if (className !== undefined) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}
