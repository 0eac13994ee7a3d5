/** The ledger: what an hour brings, and what changed in it. One element, `<toc-ledger>`. */

import { data, difference, figure, say } from "./words.js";
import { h } from "./dom.js";

/** Rows of the ledger: the key of each, its digits, and whether it is money. */
const ROWS = [
  ["pace", 2, false],
  ["throughput", 0, true],
  ["expense", 0, true],
  ["profit", 0, true],
  ["inside", 0, false],
  ["spent", 0, true],
];

class Ledger extends HTMLElement {
  /**
   * Show what a shift brought.
   *
   * @param {Object<string, number>} now What it brought, by row.
   * @param {Object<string, number>|null} before The same before; null where there is none.
   * @param {Object<string, string>} [words] Rows and columns that are called otherwise: the key
   *     of their words, by row, or by before and now.
   */
  show(now, before, words = {}) {
    const rows = ROWS.filter(([key]) => key in now).map(([key, least, isMoney]) => {
      const digits = key === "inside" && !Number.isInteger(now.inside) ? 1 : least; // a mean
      const unit = isMoney ? h("small", {}, ` ${data.currency}`) : null;
      const cells = [h("th", { scope: "row" }, say(words[key] ?? `ledger.${key}`), unit)];
      if (before) cells.push(h("td", {}, figure(before[key], digits)));
      cells.push(h("td", { "data-figure": key }, figure(now[key], digits)));
      if (before) cells.push(h("td", { class: changed(key, now, before, digits) }, difference(now[key] - before[key], digits)));
      return h("tr", {}, cells);
    });
    const heads = before ? ["ledger.before", "ledger.now", "ledger.change"] : ["ledger.now"];
    const head = h("tr", {}, h("td"), heads.map((key) => h("th", { scope: "col" }, say(words[key.slice("ledger.".length)] ?? key))));
    const table = h("table", {}, h("caption", {}, say("ledger.title")), h("thead", {}, head), h("tbody", {}, rows));
    this.replaceChildren(table);
  }
}

/** Whether a change is good, bad or none: more of what is spent or lies about is bad. */
function changed(key, now, before, digits) {
  const change = now[key] - before[key];
  if (Math.abs(change) < 0.5 * 10 ** -digits) return "same";
  const wanted = ["pace", "throughput", "profit"].includes(key) ? 1 : -1;
  return change * wanted > 0 ? "better" : "worse";
}

customElements.define("toc-ledger", Ledger);

/** Make a ledger. */
export function makeLedger() {
  return h("toc-ledger");
}
