/**
 * The line of cups, drawn: stages, what waits before them, and cups on their way.
 *
 * One element, `<toc-line>`. While a bet is asked for, its stages can be chosen and nothing
 * but their names and paces is shown; then cups move, and at the end the answer is marked.
 */

import { figure, listed, say } from "./words.js";
import { h, s, setAll, tell } from "./dom.js";
import { heldBy } from "./line.js";
import { timesOf } from "./plant.js";

/** Cups that are drawn before one stage; of more the number says how many. */
const MOST_DRAWN = 102;

/** A cup, from its middle on. */
export const CUP = "m-4-5h8l-1.5 10h-5z";

/** Below this width [px] the line runs from top to bottom. */
export const NARROW = 760;

/** What stands beside the name of a stage, by kind: a wheel, a person, a basket. */
const GLYPHS = {
  machine: "M0-9l2 3 4-1 1 4 3 2-2 3 1 4-4 1-1 3-4-1-4 1-1-3-4-1 1-4-2-3 3-2 1-4 4 1zM0-3a4 4 0 1 0 .1 0z",
  team: "M0-9a4 4 0 1 1-.1 0zM-8 9c0-12 16-12 16 0z",
  market: "M-9-7h3l2 10h9l2-7h-12M-2 8a1.5 1.5 0 1 1-.1 0M6 8a1.5 1.5 0 1 1-.1 0",
};

const KINDS = ["works", "blocked", "waits"];

/** Where things are: beside each other, or one below the other. */
const WIDE = {
  size: [1000, 276],
  box: [128, 112],
  at: (place) => [52 + place * 195, 98],
  heap: (place, index) => [44 + place * 195 - Math.floor(index / 17) * 10, 204 - (index % 17) * 11],
  count: (place) => [20 + place * 195, 18],
  way: (place) => `M${180 + (place - 1) * 195} 213H${48 + place * 195}`,
  mark: ([x, y], [wide]) => ({ x: x + wide / 2, y: y - 10 }),
  bet: ([x, y], [wide]) => ({ x: x + wide / 2, y: y - 30 }),
};
const TALL = {
  size: [360, 880],
  box: [196, 112],
  at: (place) => [10, 12 + place * 172],
  heap: (place, index) => [222 + (index % 13) * 10, 112 + place * 172 - Math.floor(index / 13) * 11],
  count: (place) => [280, 138 + place * 172],
  way: (place) => `M108 ${142 + (place - 1) * 172}V${8 + place * 172}`,
  mark: ([x, y], [wide]) => ({ x: x + wide / 2, y: y + 78 }),
  bet: ([x, y], [wide]) => ({ x: x + wide + 74, y: y + 16 }),
};

class Line extends HTMLElement {
  #parts = [];
  #stages = [];
  #cups = null;
  #layout = null;

  connectedCallback() {
    new ResizeObserver(() => this.#arrange()).observe(this);
  }

  /**
   * Draw a line anew: its stages, none chosen, nothing on its way.
   *
   * @param {{name: string, rate: number, kind: string}[]} stages In order.
   * @param {(name: string) => void} [chosen] Called with the stage that somebody bets on.
   */
  show(stages, chosen) {
    this.#stages = stages;
    this.run = null;
    const label = say("picture.label", { stages: listed(stages.map(({ title }) => title)) });
    this.#parts = stages.map((stage, place) => this.#stage(stage, place, chosen));
    this.#cups = s("path", { class: "cups" });
    this.svg = s(
      "svg",
      { role: chosen ? "radiogroup" : "img", "aria-label": chosen ? say("picture.choose") : label },
      this.#parts.flatMap(({ way }) => (way ? [way] : [])),
      this.#parts.map(({ group }) => group),
      this.#cups,
    );
    this.replaceChildren(this.svg);
    this.#layout = null;
    this.#arrange();
  }

  #stage(stage, place, chosen) {
    const part = {
      box: s("rect", { class: "box", rx: 8 }),
      title: s("text", { class: "title" }, stage.title),
      pace: s("text", { class: "pace" }, say("picture.pace", { rate: figure(stage.rate, 0) })),
      mark: s("text", { class: "mark" }),
      bet: s("text", { class: "betmark" }),
      bars: KINDS.map((kind) => s("rect", { class: kind, height: 12 })),
      told: s("text", { class: "told" }),
      hint: s("title"),
      count: s("text", { class: "count" }),
      way: place > 0 ? s("path", { class: "way" }) : null,
      glyph: s("path", { class: `glyph ${stage.kind}`, d: GLYPHS[stage.kind] }),
    };
    part.group = s("g", { class: "stage", "data-stage": stage.name }, part.hint, part.box, part.glyph, part.title);
    part.group.append(part.pace, part.mark, part.bet, ...part.bars, part.told, part.count);
    if (chosen) {
      const choose = () => chosen(stage.name);
      setAll(part.group, {
        role: "radio",
        tabindex: place === 0 ? 0 : -1,
        "aria-checked": "false",
        "aria-label": say("picture.stage", { stage: stage.title, rate: figure(stage.rate, 0) }),
        onclick: choose,
        onkeydown: (event) => this.#key(event, place, choose),
      });
    }
    return part;
  }

  /** Arrows go from stage to stage, Enter and space choose: as among radio buttons. */
  #key(event, place, choose) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      const next = (place + step + this.#parts.length) % this.#parts.length;
      this.#parts.forEach(({ group }, each) => group.setAttribute("tabindex", each === next ? 0 : -1));
      this.#parts[next].group.focus();
    } else if (event.key === "Enter" || event.key === " ") choose();
    else return;
    event.preventDefault();
  }

  /** Put the flag of a bet on a stage; null takes it away. */
  flag(name) {
    this.#stages.forEach((stage, place) => {
      const { group, bet } = this.#parts[place];
      const is = stage.name === name;
      group.classList.toggle("bet", is);
      if (group.hasAttribute("role")) group.setAttribute("aria-checked", String(is));
      tell(bet, is ? `⚑ ${say("picture.bet")}` : "");
    });
  }

  /** Nothing can be chosen any more. */
  close() {
    this.svg.setAttribute("role", "img");
    for (const { group } of this.#parts) {
      for (const name of ["role", "tabindex", "aria-checked", "aria-label"]) group.removeAttribute(name);
    }
    const titles = this.#stages.map(({ title }) => title);
    this.svg.setAttribute("aria-label", say("picture.label", { stages: listed(titles) }));
  }

  /** Draw where all cups are at a moment of a run. */
  cups(run, now) {
    this.run = run;
    this.now = now;
    let drawn = "";
    const last = this.#stages.length - 1;
    const [width, height] = this.#layout.box;
    for (let place = 0; place <= last; place += 1) {
      const { gone, begun, come } = heldBy(run, place, now);
      const [x, y] = this.#layout.at(place);
      for (let cup = gone; cup < begun; cup += 1) {
        const [from, to] = [run.begin[place][cup], run.end[place][cup]];
        const part = Math.min(1, (now - from) / (to - from));
        drawn += `M${(x + 14 + part * (width - 28)).toFixed(1)} ${(y + height - 16).toFixed(1)}${CUP}`;
      }
      const waiting = come - begun;
      for (let index = 0; index < Math.min(waiting, MOST_DRAWN); index += 1) {
        const [left, top] = this.#layout.heap(place, index);
        drawn += `M${left} ${top}${CUP}`;
      }
      tell(this.#parts[place].count, waiting > 0 ? String(waiting) : "");
    }
    this.#cups.setAttribute("d", drawn);
  }

  /**
   * Mark the constraint, and tell where the time of each stage goes.
   *
   * @param {ReturnType<import("./plant.js").shift>} shift What was run.
   */
  answer(shift) {
    this.shift = shift;
    const times = timesOf(shift);
    this.#stages.forEach(({ name }, place) => {
      const { group, mark, bars, told, hint } = this.#parts[place];
      const is = shift.constraint.includes(name);
      group.classList.toggle("constraint", is);
      tell(mark, is ? `▲ ${say("picture.constraint")}` : "");
      const [x, y] = this.#layout.at(place);
      const [width, height] = this.#layout.box;
      let from = x;
      KINDS.forEach((kind, each) => {
        const long = times[place][kind] * width;
        setAll(bars[each], { x: from, y: y + height + 6, width: long.toFixed(2) });
        from += long;
      });
      const shown = KINDS.filter((kind) => times[place][kind] >= 0.005);
      const parts = shown.map((kind) => `${say(`picture.${kind}`)} ${figure(100 * times[place][kind], 0)} %`);
      tell(told, is ? parts[0] : parts.at(-1));
      tell(hint, parts.join(", "));
    });
  }

  #arrange() {
    const layout = this.clientWidth < NARROW ? TALL : WIDE;
    if (layout === this.#layout || !this.svg) return;
    this.#layout = layout;
    const [width, height] = layout.size;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("class", layout === TALL ? "tall" : "wide");
    this.#parts.forEach((part, place) => {
      const [x, y] = layout.at(place);
      const [wide, high] = layout.box;
      setAll(part.box, { x, y, width: wide, height: high });
      setAll(part.glyph, { transform: `translate(${x + 18} ${y + 20})` });
      setAll(part.title, { x: x + 32, y: y + 26 });
      setAll(part.pace, { x: x + wide / 2, y: y + 54 });
      setAll(part.mark, layout.mark([x, y], layout.box));
      setAll(part.bet, layout.bet([x, y], layout.box));
      setAll(part.told, { x: x + wide / 2, y: y + high + 34 });
      const [left, top] = layout.count(place);
      setAll(part.count, { x: left, y: top });
      if (part.way) part.way.setAttribute("d", layout.way(place));
    });
    if (this.run) this.cups(this.run, this.now);
    if (this.shift && this.svg.querySelector(".constraint")) this.answer(this.shift);
  }
}

customElements.define("toc-line", Line);

/** Make a picture of a line. */
export function makeLine() {
  return h("toc-line");
}
