/** The ledger: what an hour brings, and what changed in it. One element, `<toc-ledger>`. */

import { data, difference, figure, money, say } from "./words.js";
import { h } from "./dom.js";

/** Rows of the ledger: the key of each, how it is written, and how a change of it is. */
const ROWS = [
  ["pace", (value) => figure(value), (value) => difference(value)],
  ["throughput", money, withUnit],
  ["expense", money, withUnit],
  ["profit", money, withUnit],
  ["inside", (value) => figure(value, 0), (value) => difference(value, 0)],
  ["spent", money, withUnit],
];

function withUnit(value) {
  return `${difference(value, 0)} ${data.currency}`;
}

class Ledger extends HTMLElement {
  /**
   * Show what a shift brought.
   *
   * @param {Object<string, number>} now What it brought, by row.
   * @param {Object<string, number>|null} before The same before; null where there is none.
   */
  show(now, before) {
    const rows = ROWS.map(([key, write, change]) => {
      const cells = [h("th", { scope: "row" }, say(`ledger.${key}`))];
      if (before) cells.push(h("td", {}, write(before[key])));
      cells.push(h("td", { "data-figure": key }, write(now[key])));
      if (before) cells.push(h("td", { class: changed(key, now, before) }, change(now[key] - before[key])));
      return h("tr", {}, cells);
    });
    const heads = before ? ["ledger.before", "ledger.now", "ledger.change"] : ["ledger.now"];
    const head = h("tr", {}, h("td"), heads.map((key) => h("th", { scope: "col" }, say(key))));
    const table = h("table", {}, h("caption", {}, say("ledger.title")), h("thead", {}, head), h("tbody", {}, rows));
    this.replaceChildren(table);
  }
}

/** Whether a change is good, bad or none: more of what is spent or lies about is bad. */
function changed(key, now, before) {
  const change = now[key] - before[key];
  if (Math.abs(change) < 0.005) return "same";
  const wanted = ["pace", "throughput", "profit"].includes(key) ? 1 : -1;
  return change * wanted > 0 ? "better" : "worse";
}

customElements.define("toc-ledger", Ledger);

/** Make a ledger. */
export function makeLedger() {
  return h("toc-ledger");
}
