/**
 * Cups an hour, on a scale: the bet is set on it, and stays beside what came.
 *
 * One element, `<toc-gauge>`: a slider over a scale. Before the bet it shows what was before.
 */

import { figure, say } from "./words.js";
import { h, s, setAll, tell } from "./dom.js";

/** The scale of cups an hour ends here. */
export const MOST_CUPS_AN_HOUR = 16;

/** That scale: where it ends, its steps, its ticks, and what it is called. */
const CUPS_AN_HOUR = { most: MOST_CUPS_AN_HOUR, step: 0.5, tick: 2, digits: [1, 2], words: "gauge" };

/** The scale in its own units: how high, how far from the edge, and where its line is. */
const [HEIGHT, LEFT, TOP] = [118, 30, 58];

/** How wide it is, where there is room and where there is not. */
const [ROOMY, TIGHT] = [640, 330];

/** So near to an end of the scale a label grows away from it. */
const EDGE = 30;

/** The knob of a slider is about this wide [px]. */
const KNOB = 16;

/** A label of the scale is at most about this long. */
const LONG = 130;

/** Each mark: its shape from the line on, and where its label stands. */
const MARKS = {
  before: { shape: "m0-12v24", height: 46 },
  bet: { shape: "m0-24v48", height: -40 },
  now: { shape: "m-9-16h18l-9 16z", height: -20 },
};

class Gauge extends HTMLElement {
  /**
   * Draw the scale.
   *
   * @param {number} before What was before [cups an hour], or NaN.
   * @param {number|null} bet What somebody bets on already.
   * @param {((value: number) => void)|null} changed Called with the bet; null: none is asked.
   * @param {typeof CUPS_AN_HOUR & {start?: number}} [scale] What is bet on: its digits are
   *     those of a bet and of what came, and it may say where the slider starts.
   */
  show(before, bet, changed, scale = CUPS_AN_HOUR) {
    this.asked = scale;
    const { most, step, tick, words } = scale;
    this.width = innerWidth < ROOMY ? TIGHT : ROOMY;
    const at = (value) => this.#at(value);
    const ticks = Array.from({ length: most / tick + 1 }, (_, index) => tick * index);
    this.marks = Object.fromEntries(Object.keys(MARKS).map((kind) => [kind, this.#mark(kind)]));
    const drawn = s(
      "svg",
      { viewBox: `0 0 ${this.width} ${HEIGHT}`, "aria-hidden": "true" },
      s("line", { class: "rule", x1: LEFT, x2: this.width - LEFT, y1: TOP, y2: TOP }),
      ticks.map((value) => s("text", { class: "tick", x: at(value), y: TOP + 26 }, String(value))),
      Object.values(this.marks).map(({ group }) => group),
    );
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: most,
      step,
      value: bet ?? scale.start ?? (Number.isNaN(before) ? most / 2 : before),
      "aria-label": say(`${words}.slider`),
      oninput: () => {
        this.#put("bet", Number(this.slider.value), say("gauge.bet"));
        changed?.(Number(this.slider.value));
      },
    });
    const edge = (100 * LEFT) / this.width;
    this.slider.style.left = `calc(${edge}% - ${KNOB / 2}px)`;
    this.slider.style.width = `calc(${100 - 2 * edge}% + ${KNOB}px)`;
    this.slider.hidden = changed === null;
    this.replaceChildren(h("p", { class: "gauge-title" }, say(`${words}.title`)), h("div", { class: "scale" }, drawn, this.slider));
    if (!Number.isNaN(before)) this.#put("before", before, say(`${words}.before`));
    if (bet !== null) this.#put("bet", bet, say("gauge.bet"));
  }

  #at(value) {
    return LEFT + (value / this.asked.most) * (this.width - 2 * LEFT);
  }

  #mark(kind) {
    const line = s("path", {});
    const text = s("text", {});
    return { group: s("g", { class: kind, visibility: "hidden" }, line, text), line, text };
  }

  #put(kind, value, label) {
    const { group, line, text } = this.marks[kind];
    const { shape, height } = MARKS[kind];
    const x = this.#at(value);
    setAll(group, { visibility: "visible" });
    line.setAttribute("d", `M${x} ${TOP}${shape}`);
    setAll(text, { x, y: TOP + height });
    text.style.textAnchor = this.#anchor(kind, x);
    tell(text, `${label} ${figure(value, this.asked.digits[kind === "bet" ? 0 : 1])}`);
  }

  /** How a label stands to its mark: that of a bet beside it, so that what comes has room. */
  #anchor(kind, x) {
    if (kind === "bet") return x + LONG > this.width ? "end" : "start";
    return x < LEFT + EDGE ? "start" : x > this.width - LEFT - EDGE ? "end" : "middle";
  }

  /** Show what came, and keep the bet beside it. */
  answer(value) {
    this.slider.hidden = true;
    this.#put("now", value, say("gauge.now"));
  }
}

customElements.define("toc-gauge", Gauge);

/** Make a scale. */
export function makeGauge() {
  return h("toc-gauge");
}
