/** How many games ended how, with a bet among them: one element, `<toc-spread>`. */

import { figure, say } from "./words.js";
import { h, s } from "./dom.js";

/** How high the bars may be, where their foot is and how much room is at the sides. */
const [HIGH, FOOT, SIDE, WHOLE] = [130, 190, 30, 236];

/** How wide it is, where there is room and where there is not. */
const [SPREAD_WIDE, SPREAD_NARROW] = [720, 330];

class Spread extends HTMLElement {
  /**
   * Draw the bars and the marks.
   *
   * @param {[number, number][]} ends What a game came to, and how many did.
   * @param {{kind: string, value: number, label: string}[]} marks Lines among them.
   */
  show(ends, marks) {
    const wide = innerWidth < SPREAD_WIDE ? SPREAD_NARROW : SPREAD_WIDE;
    const values = [...ends.map(([value]) => value), ...marks.map(({ value }) => value)];
    const [least, most] = [Math.floor((Math.min(...values) - 1) / 10) * 10, Math.ceil((Math.max(...values) + 1) / 10) * 10];
    const at = (value) => SIDE + ((value - least) / (most - least)) * (wide - 2 * SIDE);
    const step = Math.max(1.5, at(1) - at(0) - 1.5);
    const tallest = Math.max(...ends.map(([, count]) => count));
    const bars = ends.map(([value, count]) => {
      const high = (count / tallest) * HIGH;
      return s("rect", { class: "bar", x: (at(value) - step / 2).toFixed(1), y: (FOOT - high).toFixed(1), width: step.toFixed(1), height: high.toFixed(1) });
    });
    const ticks = Array.from({ length: (most - least) / 10 + 1 }, (_, index) => least + 10 * index);
    const drawn = marks.map(({ kind, value, label }, row) => {
      const x = at(value);
      const anchor = x > wide * 0.66 ? "end" : x < wide * 0.34 ? "start" : "middle";
      const text = s("text", { x: x.toFixed(1), y: 16 + 20 * row, "text-anchor": anchor, class: `anchor-${anchor}` }, `${label} ${figure(value, Number.isInteger(value) ? 0 : 1)}`);
      return s("g", { class: kind, "data-mark": kind }, s("path", { d: `M${x.toFixed(1)} ${22 + 20 * row}V${FOOT + 8}` }), text);
    });
    const picture = s(
      "svg",
      { viewBox: `0 0 ${wide} ${WHOLE}`, role: "img", "aria-label": say("spread.label") },
      bars,
      s("line", { class: "rule", x1: SIDE, x2: wide - SIDE, y1: FOOT, y2: FOOT }),
      ticks.map((value) => s("text", { class: "tick", x: at(value), y: FOOT + 24 }, String(value))),
      drawn,
    );
    this.replaceChildren(h("p", { class: "gauge-title" }, say("spread.title")), picture);
  }
}

customElements.define("toc-spread", Spread);

/** Make a picture of how many games ended how. */
export function makeSpread() {
  return h("toc-spread");
}
