/** The network of a scenario, drawn where the server has placed it. */

import { data, figure, say } from "../words.js";
import { s, setAll, tell } from "../dom.js";

/** Below this width [px] the narrow drawing is shown. */
const NARROW = 700;

/** Letters of a name that fit into a box. */
const LETTERS = 16;

const short = (text) => (text.length <= LETTERS ? text : `${text.slice(0, LETTERS - 1)}…`);

class Network extends HTMLElement {
  #pictures = [];
  #answer = null;

  connectedCallback() {
    this.#pictures = data.pictures.map((each) => drawn(each));
    this.replaceChildren(...this.#pictures.map(({ svg }) => svg));
    new ResizeObserver(() => this.#choose()).observe(this);
    this.#choose();
  }

  /** Show what the engine says of each node. */
  set answer(answer) {
    this.#answer = answer;
    for (const { parts } of this.#pictures) for (const part of parts) renewed(part, answer);
  }

  get answer() {
    return this.#answer;
  }

  #choose() {
    const [narrow, wide] = this.#pictures;
    narrow.svg.toggleAttribute("hidden", this.clientWidth >= NARROW);
    wide.svg.toggleAttribute("hidden", this.clientWidth < NARROW);
  }
}

function drawn({ width, height, box, nodes, ways }) {
  const [wide, high] = box;
  const parts = nodes.map(({ name, x, y }) => {
    const told = { pace: s("text", { x: wide / 2, y: 48, class: "pace" }), busy: s("text", { x: wide / 2, y: 74 }), mark: s("text", { x: wide / 2, y: 104, class: "mark" }) };
    const bar = s("rect", { x: 8, y: 80, width: 0, height: 6, class: "works" });
    const queue = s("text", { x: -28, y: high / 2 - 8, class: "count" });
    const title = s("text", { x: wide / 2, y: 24, class: "title" }, short(data.titles[name]));
    const frame = s("rect", { width: wide, height: high, rx: 8, class: "box" });
    const group = s("g", { class: "stage", transform: `translate(${x} ${y})` }, s("title", {}, data.titles[name]), frame, title, ...Object.values(told), bar, queue);
    return { name, group, bar, queue, wide, ...told };
  });
  const lines = ways.map((points) => s("path", { d: `M${points.map((point) => point.join(" ")).join("L")}`, class: "way", "marker-end": `url(#tip${width})` }));
  const tip = s("defs", {}, s("marker", { id: `tip${width}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" }, s("path", { d: "M0 0L8 4L0 8z", class: "tip" })));
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("network") }, tip, ...lines, ...parts.map(({ group }) => group));
  svg.style.maxWidth = `${width}px`;
  return { svg, parts };
}

function renewed({ name, group, bar, queue, wide, pace, busy, mark }, answer) {
  const node = answer.nodes[name];
  if (!node) return;
  const isBinding = answer.constraint.nodes.includes(name) || answer.constraint.nodes.includes(node.resource);
  group.classList.toggle("constraint", isBinding);
  tell(mark, isBinding ? `▲ ${say("constraint")}` : "");
  tell(pace, typeof node.throughput === "number" ? `${figure(node.throughput)}` : "");
  tell(busy, typeof node.busy === "number" && node.kind !== "source" ? say("busy", { share: figure(100 * node.busy, 0) }) : "");
  setAll(bar, { width: typeof node.busy === "number" && node.kind !== "source" ? Math.min(1, node.busy) * (wide - 16) : 0 });
  const waits = node.queue?.mean ?? 0;
  tell(queue, waits >= 0.05 ? figure(waits, waits < 10 ? 1 : 0) : "");
}

customElements.define("toc-network", Network);

/** Make the network. */
export function makeNetwork() {
  return document.createElement("toc-network");
}

