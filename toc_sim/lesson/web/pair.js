/**
 * Two lines on the same luck, drawn together: each cup meets the same times of work in both.
 *
 * One element, `<toc-pair>`. A stage of one line stands beside, or above, the same stage of
 * the other; one cup has a ring and its number in both, so that it can be followed.
 */

import { figure, listed, say } from "./words.js";
import { h, s, setAll, tell } from "./dom.js";
import { heldBy, inside } from "./line.js";
import { CUP, NARROW } from "./picture.js";

/** Where things are: the lines one above the other, or beside each other. */
const ABOVE = {
  size: [1000, 380],
  box: [100, 64],
  title: (side) => [8, 18 + side * 190],
  at: (side, place) => [8 + place * 221, 86 + side * 190],
  way: (side, place) => `M${-111 + place * 221} ${156 + side * 190}h116`,
  pile: (index) => [-11 - (index % 10) * 11, 56 - Math.floor(index / 10) * 12],
  count: [-60, 84],
  mark: [0, -8],
};
const BESIDE = {
  size: [360, 810],
  box: [150, 58],
  title: (side) => [12 + side * 182, 20],
  at: (side, place) => [14 + side * 182, 34 + place * 168],
  way: (side, place) => `M${10 + side * 182} ${32 + place * 168}h158`,
  pile: (index) => [6 + (index % 15) * 10, -8 - Math.floor(index / 15) * 12],
  count: [75, 75],
  mark: [0, 92],
};

/** Cups that are drawn before one stage; of more the number says how many. */
const MOST_PILED = 100;

class Pair extends HTMLElement {
  #layout = null;

  connectedCallback() {
    new ResizeObserver(() => this.#arrange()).observe(this);
  }

  /**
   * Draw two lines anew, without cups.
   *
   * @param {{title: string, stages: {name: string, title: string, rate: number}[]}[]} sides
   *     What each line is called, and its stages in order.
   */
  show(sides) {
    this.runs = null;
    this.sides = sides.map(({ title, stages }) => ({
      title,
      head: s("text", { class: "head" }, title),
      cups: s("path", { class: "cups" }),
      ring: s("path", { class: "ring" }),
      label: s("text", { class: "ringed" }),
      stages: stages.map((stage) => this.#stage(stage)),
    }));
    const names = sides.map(({ title }) => title);
    this.svg = s(
      "svg",
      { role: "img", "aria-label": say("pair.label", { lines: listed(names) }) },
      this.sides.map(({ stages }) => stages.map(({ way }) => way)),
      this.sides.map(({ head, stages }) => [head, ...stages.map(({ group }) => group)]),
      this.sides.map(({ cups, ring, label }) => [cups, ring, label]),
    );
    this.told = sides.map(() => h("p", { class: "side" }));
    this.replaceChildren(this.svg, h("div", { class: "sides", hidden: true }, this.told));
    this.#layout = null;
    this.#arrange();
  }

  #stage({ name, title, rate }) {
    const part = {
      way: s("path", { class: "way" }),
      box: s("rect", { class: "box", rx: 6 }),
      name: s("text", { class: "title" }, title),
      pace: s("text", { class: "pace" }, say("picture.pace", { rate: figure(rate, 0) })),
      count: s("text", { class: "count" }),
      mark: s("text", { class: "mark" }),
    };
    part.group = s("g", { class: "stage", "data-stage": name }, part.box, part.name, part.pace, part.count, part.mark);
    return part;
  }

  /** Draw where all cups are at a moment of both runs. */
  cups({ runs }, now) {
    [this.runs, this.now] = [runs, now];
    this.lastElementChild.hidden = false;
    runs.forEach((run, side) => {
      this.#draw(side, run, now);
      const within = inside(run, now);
      const sold = heldBy(run, run.end.length - 1, now).gone;
      tell(this.told[side], say("pair.side", { line: this.sides[side].title, sold, inside: within }));
    });
  }

  #draw(side, run, now) {
    const { pile, box, at } = this.#layout;
    const { cups, ring, label, stages } = this.sides[side];
    let [drawn, followed] = ["", null];
    stages.forEach(({ count }, place) => {
      const [x, y] = at(side, place);
      const { gone, begun, come } = heldBy(run, place, now);
      for (let cup = gone; cup < come; cup += 1) {
        const waits = cup - begun;
        if (waits >= MOST_PILED && cup !== run.followed) continue;
        const [left, top] = waits < 0 ? this.#worked(run, place, cup, now, box) : pile(Math.min(waits, MOST_PILED - 1));
        if (cup === run.followed) followed = [x + left, y + top];
        drawn += `M${(x + left).toFixed(1)} ${(y + top).toFixed(1)}${CUP}`;
      }
      tell(count, come > begun ? String(come - begun) : "");
    });
    cups.setAttribute("d", drawn);
    const [left, top] = followed ?? [0, 0];
    ring.setAttribute("d", followed ? `M${(left - 9).toFixed(1)} ${top.toFixed(1)}a9 9 0 1 1 18 0a9 9 0 1 1-18 0` : "");
    setAll(label, { x: left, y: top - 12 });
    tell(label, followed ? say("pair.cup", { number: run.first + run.followed }) : "");
  }

  /** Where a cup is that a stage works on, or has finished and cannot pass on. */
  #worked(run, place, cup, now, [wide, high]) {
    const [from, to] = [run.begin[place][cup], run.end[place][cup]];
    return [10 + Math.min(1, (now - from) / (to - from)) * (wide - 20), high - 9];
  }

  /** Mark the constraint in both lines, or in one. */
  mark(stages) {
    stages.forEach((marked, side) => {
      for (const { group, mark } of this.sides[side].stages) {
        const is = group.dataset.stage === marked;
        group.classList.toggle("constraint", is);
        tell(mark, is ? `▲ ${say("picture.constraint")}` : "");
      }
    });
  }

  #arrange() {
    const layout = this.clientWidth < NARROW ? BESIDE : ABOVE;
    if (layout === this.#layout || !this.svg) return;
    this.#layout = layout;
    setAll(this.svg, { viewBox: `0 0 ${layout.size.join(" ")}`, class: layout === BESIDE ? "tall" : "wide" });
    const [wide, high] = layout.box;
    this.sides.forEach(({ head, stages }, side) => {
      const [left, top] = layout.title(side);
      setAll(head, { x: left, y: top });
      stages.forEach(({ way, box, name, pace, count, mark }, place) => {
        const [x, y] = layout.at(side, place);
        setAll(box, { x, y, width: wide, height: high });
        setAll(name, { x: x + wide / 2, y: y + 19 });
        setAll(pace, { x: x + wide / 2, y: y + 38 });
        setAll(mark, { x: x + layout.mark[0], y: y + layout.mark[1] });
        setAll(count, { x: x + layout.count[0], y: y + layout.count[1] });
        setAll(way, { d: place > 0 ? layout.way(side, place) : "" });
      });
    });
    if (this.runs) this.cups({ runs: this.runs }, this.now);
  }
}

customElements.define("toc-pair", Pair);

/** Make a picture of two lines. */
export function makePair() {
  return h("toc-pair");
}
