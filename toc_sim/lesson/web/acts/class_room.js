/** The class: a teacher pastes the links of all pupils, and sees how they bet. */

import { figure, say } from "../words.js";
import { h, tell } from "../dom.js";
import { fromAddress } from "../state.js";
import { Act } from "./frame.js";

/** Links that are read at most. */
const MOST_LINKS = 500;

export class ClassRoom extends Act {
  /**
   * @param {string} key Where its words stand.
   * @param {Act[]} acts All acts with a bet.
   */
  constructor(key, acts) {
    super(key);
    this.acts = acts;
  }

  build(root) {
    this.text = h("textarea", { rows: 6, id: "links", spellcheck: "false", placeholder: say("class.example"), oninput: () => this.#count() });
    this.told = h("p", { "aria-live": "polite" });
    this.charts = h("div", { class: "charts" });
    root.replaceChildren(h("label", { for: "links" }, say("class.paste")), this.text, this.told, this.charts);
    this.#count();
  }

  #count() {
    const lines = this.text.value.split(/\s+/).filter((line) => line.includes("#")).slice(0, MOST_LINKS);
    const keys = this.acts.map(({ key }) => key);
    const pupils = lines.map((line) => fromAddress(line, keys).bets).filter((bets) => Object.keys(bets).length);
    tell(this.told, say("class.read", { count: pupils.length }));
    this.charts.replaceChildren(...this.acts.map((act) => this.#chart(act, pupils)).filter(Boolean));
  }

  /** How often each bet was placed in an act, the most frequent first. */
  #chart(act, pupils) {
    const counts = new Map();
    for (const { [act.key]: bet } of pupils) {
      if (bet === undefined || !act.accepts(bet)) continue;
      const name = act.nameOf(bet);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    if (!counts.size) return null;
    const most = Math.max(...counts.values());
    const ranked = [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
    const rows = ranked.map(([name, count]) => {
      const bar = h("meter", { min: 0, max: most, value: count, "aria-hidden": "true" });
      return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, bar), h("td", {}, figure(count, 0)));
    });
    return h("table", { "data-act": act.key }, h("caption", {}, say(`${act.key}.title`)), h("tbody", {}, rows));
  }
}
