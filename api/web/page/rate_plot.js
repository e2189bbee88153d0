// @ts-check
/// <reference lib="dom" />
/** Draws votes per second with uPlot, in the colours of the style sheet; in words for who does not see it. */
import uPlot from "./uplot.js";
import { SECONDS_SHOWN } from "./vote_rate.js";

/** @typedef {(perSecond: readonly (number | null)[]) => void} DrawRates */

/** An axis for a poll that is at rest. */
const RATE_AXIS_MIN = 5;

/**
 * @param {HTMLElement} place
 * @param {{ language: import("./language.js").Language }} deps
 * @returns {DrawRates}
 */
export function createRatePlot(place, { language }) {
  const seconds = Array.from({ length: SECONDS_SHOWN }, (_, index) => index - SECONDS_SHOWN + 1);
  /** @type {readonly (number | null)[]} */
  let rates = seconds.map(() => null);
  /** @type {InstanceType<typeof uPlot> | undefined} */
  let plot;

  function draw() {
    const known = rates.filter((rate) => rate !== null);
    const { paceSummary, paceNothing } = language.words();
    const label = known.length === 0
      ? paceNothing
      : paceSummary(language.figure(known.at(-1) ?? 0), language.figure(Math.max(...known)));
    place.setAttribute("aria-label", label);
    plot?.setData([seconds, [...rates]]);
  }

  function build() {
    plot?.destroy();
    plot = new uPlot(optionsFor(place, language), [seconds, [...rates]], place);
    draw();
  }

  // What is drawn on a canvas follows neither the style sheet nor the language by itself.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", build);
  language.onChange(build);
  new ResizeObserver(() => plot?.setSize(sizeOf(place))).observe(place);
  return (next) => {
    rates = next;
    draw();
  };
}

/** @param {HTMLElement} place */
function sizeOf(place) {
  return { width: Math.max(place.clientWidth, 100), height: Math.max(place.clientHeight, 80) };
}

/**
 * @param {HTMLElement} place
 * @param {import("./language.js").Language} language
 */
function optionsFor(place, language) {
  const style = getComputedStyle(place);
  /** @param {string} name */
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `${style.fontSize} ${style.fontFamily}`;
  const em = parseFloat(style.fontSize);
  const axis = { stroke: colour("--ink-soft"), font, ticks: { show: false } };
  const { secondsAgo, now } = language.words();
  return {
    ...sizeOf(place),
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false },
      y: {
        /** @type {(plot: unknown, least: number, most: number) => [number, number]} */
        range: (_plot, _least, most) => [0, Math.max(RATE_AXIS_MIN, (most ?? 0) * 1.1)],
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: em * 2,
        space: em * 7,
        /** @type {(plot: unknown, splits: number[]) => string[]} */
        values: (_plot, splits) =>
          splits.map((second) => second === 0 ? now : secondsAgo(language.figure(second))),
      },
      {
        ...axis,
        grid: { stroke: colour("--line"), width: 1 },
        size: em * 4,
        space: em * 2.5,
        /** @type {(plot: unknown, splits: number[]) => string[]} */
        values: (_plot, splits) => splits.map((rate) => Number.isInteger(rate) ? language.figure(rate) : ""),
      },
    ],
    series: [
      {},
      {
        stroke: colour("--accent"),
        fill: colour("--accent-wash"),
        width: 2,
        points: { show: false },
        spanGaps: false,
      },
    ],
  };
}
