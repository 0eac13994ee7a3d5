/**
 * The last hours of a shift, drawn: time across, stages down, and the path through them.
 *
 * One element, `<toc-path>`. While a bet is asked for there are stages alone, to choose
 * from. Then the path is drawn backwards from the last cup, and the time that it spends at
 * each stage piles up as a bar.
 */

import { data, figure, say } from "../words.js";
import { h, s, setAll, tell } from "../dom.js";

/** Hours that are seen at a time. */
const SEEN = 6;

/** Below this width [px] a stage stands above its lane, and not beside it. */
const SLIM = 700;

/** Where a lane and its bar are, from the left and the top of a row [px]. */
const PATH_BESIDE = { row: 58, lane: (wide) => [190, wide - 210], top: 14, bar: (wide) => [wide - 195, 105, 22, 14] };
const PATH_ABOVE = { row: 96, lane: (wide) => [6, wide - 6], top: 46, bar: (wide) => [6, wide - 12, 80, 8] };

/** Moments that are no further apart are one [hours]. */
export const SAME = 1e-6;

/** How high a lane and the scale below all are, and how much lower work is drawn [px]. */
const LANE_HIGH = 30;
const SCALE = 34;
const LOWER = 6;

/** What is explained only when it is drawn. */
const ANSWERS = ["piece", "work"];

/** Numbers below the lanes, about. */
const MOST_TICKS = 8;

class PathPicture extends HTMLElement {
  connectedCallback() {
    new ResizeObserver(() => this.#arrange()).observe(this);
  }

  /**
   * Draw the stages, none chosen, and nothing in their lanes.
   *
   * @param {{name: string, title: string, rate: number}[]} stages In order.
   * @param {ReturnType<import("./path_act.js").readPath>} path The path, the last piece first.
   * @param {string|null} bet The stage that is bet on.
   * @param {(name: string) => void} chosen Called with the stage that somebody bets on.
   */
  show(stages, path, bet, chosen) {
    this.path = path;
    this.now = null;
    this.rows = stages.map((stage) => {
      const input = h("input", { type: "radio", name: "bet-path", value: stage.name, checked: stage.name === bet, onchange: () => chosen(stage.name) });
      const flag = h("span", { class: "flag" });
      const share = h("span", { class: "share", "data-share": stage.name });
      const label = h("label", {}, input, h("span", {}, h("b", {}, stage.title), " ", h("small", {}, say("picture.pace", { rate: figure(stage.rate, 0) })), flag));
      return { name: stage.name, title: stage.title, input, flag, share, root: h("div", { class: "lane-row", "data-stage": stage.name }, label, share) };
    });
    this.parts = {
      lanes: s("path", { class: "lane" }),
      work: s("path", { class: "work" }),
      jumps: s("path", { class: "jump" }),
      pieces: s("path", { class: "piece" }),
      bars: s("path", { class: "piled" }),
      last: s("path", { class: "last" }),
      ticks: s("g", { class: "ticks" }),
    };
    this.svg = s("svg", { "aria-hidden": "true" }, Object.values(this.parts));
    const legend = h("legend", {}, say("path.choose"));
    this.set = h("fieldset", { class: "lanes" }, legend, h("div", { class: "rows" }, this.rows.map(({ root }) => root), this.svg));
    this.why = h("p", { class: "why" });
    this.keys = ["hours", "last", "piece", "work"].map((kind) => h("span", { class: kind, hidden: ANSWERS.includes(kind) }, say(`path.key_${kind}`)));
    this.replaceChildren(this.set, h("p", { class: "key" }, this.keys), this.why);
    this.flag(bet);
    this.#arrange();
  }

  /** Put the flag of a bet on a stage; null takes it away. */
  flag(name) {
    for (const row of this.rows) {
      row.root.classList.toggle("bet", row.name === name);
      tell(row.flag, row.name === name ? `⚑ ${say("picture.bet")}` : "");
    }
  }

  /** Nothing can be chosen any more. */
  close() {
    this.set.disabled = true;
  }

  /** Draw the path, played back for so many hours from the last cup on. */
  cups(run, back) {
    this.now = back;
    for (const key of this.keys) key.hidden = false;
    this.#draw();
    setAll(this.why, { "aria-live": run.isPlaying() ? "off" : "polite" });
    tell(this.why, this.#why(this.path.last - back));
  }

  /** Mark the stage that has most of the path. */
  answer(name) {
    for (const { root, ...row } of this.rows) root.classList.toggle("most", row.name === name);
  }

  #arrange() {
    if (!this.svg || !this.clientWidth) return;
    this.layout = this.clientWidth < SLIM ? PATH_ABOVE : PATH_BESIDE;
    this.classList.toggle("slim", this.layout === PATH_ABOVE);
    const high = this.rows.length * this.layout.row + SCALE;
    setAll(this.svg, { viewBox: `0 0 ${this.clientWidth} ${high}`, width: this.clientWidth, height: high });
    this.#draw();
  }

  #draw() {
    if (!this.layout) return;
    const wide = this.clientWidth;
    const [left, right] = this.layout.lane(wide);
    const { last, pieces } = this.path;
    const from = last - (this.now ?? 0); // the moment to which the path is played back
    const isWhole = from <= SAME; // in the end all of it is seen
    const start = isWhole ? 0 : Math.min(last - SEEN, Math.max(0, from - SEEN / 3));
    const end = isWhole ? last : start + SEEN;
    const x = (time) => (left + ((Math.min(Math.max(time, start), end) - start) / (end - start)) * (right - left)).toFixed(1);
    const y = (place) => place * this.layout.row + this.layout.top;
    const block = (place, one, other, lower = 0) => `M${x(one)} ${y(place) + lower}H${x(other)}v${LANE_HIGH - 2 * lower}H${x(one)}z`;
    this.svg.classList.toggle("whole", isWhole);

    const [lanes, work, path, jumps] = [[], [], [], []];
    this.rows.forEach((_row, place) => lanes.push(`M${left} ${y(place)}H${right}v${LANE_HIGH}H${left}z`));
    if (this.now !== null) {
      data.path.services.forEach((times, place) => {
        for (let each = 0; each < times.length; each += 2) {
          if (times[each + 1] > start && times[each] < end) work.push(block(place, times[each], times[each + 1], LOWER));
        }
      });
      for (let each = 0; each < pieces.length && pieces[each].end > from; each += 1) {
        const piece = pieces[each];
        const later = pieces[each - 1];
        const begun = Math.max(piece.start, from);
        if (begun < end && piece.end > start) path.push(block(piece.place, begun, piece.end));
        if (later && later.place !== piece.place && piece.end >= start && piece.end <= end) {
          jumps.push(`M${x(piece.end)} ${y(piece.place) + LANE_HIGH / 2}V${y(later.place) + LANE_HIGH / 2}`);
        }
      }
    }
    const { parts } = this;
    setAll(parts.lanes, { d: lanes.join("") });
    setAll(parts.work, { d: work.join("") });
    setAll(parts.pieces, { d: path.join("") });
    setAll(parts.jumps, { d: jumps.join("") });
    const seen = last <= end && last >= start;
    setAll(parts.last, { d: seen ? `M${x(last)} ${y(this.rows.length - 1) - 12}v${LANE_HIGH + 18}` : "" });
    this.#ticks(start, end, x);
    this.#pile(wide, from);
  }

  /** Whole hours below the lanes. */
  #ticks(start, end, x) {
    const top = this.rows.length * this.layout.row + 16;
    const ticks = [];
    const step = Math.ceil((end - start) / MOST_TICKS);
    for (let hour = Math.ceil(start); hour <= end; hour += step) {
      ticks.push(s("text", { x: x(hour), y: top, class: "tick" }, figure(hour, 0)));
    }
    this.parts.ticks.replaceChildren(...ticks);
  }

  /** The time of the path at each stage, as far as it is played back; in the end its share. */
  #pile(wide, from) {
    const times = this.path.timesFrom(from);
    const [left, long, top, thick] = this.layout.bar(wide);
    const bars = times.map((time, place) => {
      const length = ((time / this.path.last) * long).toFixed(1);
      return `M${left} ${place * this.layout.row + top}h${length}v${thick}h-${length}z`;
    });
    setAll(this.parts.bars, { d: this.now === null ? "" : bars.join("") });
    this.rows.forEach(({ share }, place) => tell(share, this.now === null ? "" : this.#told(times[place], from)));
  }

  #told(time, from) {
    if (from > 0) return say("path.hours", { hours: figure(time, 1) });
    return say("path.share", { share: figure((100 * time) / this.path.last, 1) });
  }

  /** What the piece waited for to which the path is played back. */
  #why(from) {
    const { pieces } = this.path;
    const each = pieces.findIndex(({ start }) => start <= from + SAME);
    if (this.now === null || each < 0) return "";
    const titles = this.rows.map(({ title }) => title);
    const piece = pieces[each];
    return say(`path.why_${piece.cause}`, {
      stage: titles[piece.place],
      other: titles[pieces[each + 1]?.place ?? piece.place],
      from: figure(piece.start),
      to: figure(piece.end),
    });
  }
}

customElements.define("toc-path", PathPicture);

/** Make a picture of a path. */
export function makePathPicture() {
  return h("toc-path");
}
