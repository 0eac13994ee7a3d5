/**
 * Cups an hour, on a scale: the bet is set on it, and stays beside what came.
 *
 * One element, `<toc-gauge>`: a slider over a scale. Before the bet it shows what was before.
 */

import { figure, say } from "./words.js";
import { h, s, setAll, tell } from "./dom.js";

/** The scale ends here [cups an hour]. */
export const MOST_CUPS_AN_HOUR = 16;

/** The scale in its own units: how high, how far from the edge, and where its line is. */
const [HEIGHT, LEFT, TOP] = [118, 30, 58];

/** How wide it is, where there is room and where there is not. */
const [ROOMY, TIGHT] = [640, 330];

/** The knob of a slider is about this wide [px]. */
const KNOB = 16;

class Gauge extends HTMLElement {
  /**
   * Draw the scale.
   *
   * @param {number} before What was before [cups an hour], or NaN.
   * @param {number|null} bet What somebody bets on already.
   * @param {((value: number) => void)|null} changed Called with the bet; null: none is asked.
   */
  show(before, bet, changed) {
    this.width = innerWidth < ROOMY ? TIGHT : ROOMY;
    const at = (value) => this.#at(value);
    const ticks = Array.from({ length: MOST_CUPS_AN_HOUR / 2 + 1 }, (_, index) => 2 * index);
    this.marks = { before: this.#mark("before"), bet: this.#mark("bet"), now: this.#mark("now") };
    const scale = s(
      "svg",
      { viewBox: `0 0 ${this.width} ${HEIGHT}`, "aria-hidden": "true" },
      s("line", { class: "rule", x1: LEFT, x2: this.width - LEFT, y1: TOP, y2: TOP }),
      ticks.map((tick) => s("text", { class: "tick", x: at(tick), y: TOP + 26 }, String(tick))),
      Object.values(this.marks).map(({ group }) => group),
    );
    this.text = h("p", { class: "gauge-told", "aria-live": "polite" });
    this.slider = h("input", {
      type: "range",
      min: 0,
      max: MOST_CUPS_AN_HOUR,
      step: 0.5,
      value: bet ?? (Number.isNaN(before) ? MOST_CUPS_AN_HOUR / 2 : before),
      "aria-label": say("gauge.slider"),
      oninput: () => {
        this.#put("bet", Number(this.slider.value), say("gauge.bet"));
        changed?.(Number(this.slider.value));
      },
    });
    const edge = (100 * LEFT) / this.width;
    this.slider.style.left = `calc(${edge}% - ${KNOB / 2}px)`;
    this.slider.style.width = `calc(${100 - 2 * edge}% + ${KNOB}px)`;
    this.slider.hidden = changed === null;
    this.replaceChildren(h("p", { class: "gauge-title" }, say("gauge.title")), h("div", { class: "scale" }, scale, this.slider), this.text);
    if (!Number.isNaN(before)) this.#put("before", before, say("gauge.before"));
    if (bet !== null) this.#put("bet", bet, say("gauge.bet"));
  }

  #at(value) {
    return LEFT + (value / MOST_CUPS_AN_HOUR) * (this.width - 2 * LEFT);
  }

  #mark(kind) {
    const line = s("path", {});
    const text = s("text", {});
    return { group: s("g", { class: kind, visibility: "hidden" }, line, text), line, text };
  }

  #put(kind, value, label) {
    const { group, line, text } = this.marks[kind];
    const x = this.#at(value);
    const up = { before: 12, bet: 30, now: 0 }[kind];
    const shape = { before: `M${x} ${TOP - 12}v24`, bet: `M${x} ${TOP - 24}v48`, now: `M${x} ${TOP}m-9-16h18l-9 16z` }[kind];
    setAll(group, { visibility: "visible" });
    line.setAttribute("d", shape);
    setAll(text, { x, y: kind === "now" ? TOP - 22 : kind === "bet" ? TOP - 40 : TOP + 46 + up - 12 });
    tell(text, `${label} ${figure(value, kind === "bet" ? 1 : 2)}`);
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
