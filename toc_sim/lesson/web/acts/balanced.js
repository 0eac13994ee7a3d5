/** The balanced line wastes: for the same money a line with one constraint sells more. */

import { data, figure, money, say } from "../words.js";
import { h } from "../dom.js";
import { store } from "../state.js";
import { makeLedger } from "../ledger.js";
import { titleOf } from "../plant.js";
import { Choice } from "./choice.js";
import { ledgerOf, pairOf, runsOf } from "./pair_figures.js";

const LINES = ["balanced", "one", "same"];
const BETTER = "one";

export class Balanced extends Choice {
  #found = data.chance.balanced;

  constructor(key) {
    super(key, LINES);
  }

  get parts() {
    const { prices, stage, cost, room } = this.#found;
    return { stage: titleOf(stage), dear: money(prices.dear), other: money(prices.other), cost: money(cost), room };
  }

  nameOf(choice) {
    return say(`${this.key}.${choice}`);
  }

  build(root) {
    this.picture = pairOf(this.key, this.#found);
    const form = h("div");
    root.replaceChildren(this.picture, form);
    super.build(form);
  }

  /** The bet is placed: both lines run, unless they have been seen. */
  chosen() {
    const watched = runsOf(this.#found);
    if (store.state.done[this.key]) {
      this.picture.cups(watched, watched.hours);
      this.#end();
      return;
    }
    this.watch(this.picture, watched, (player) => this.picture.after(player), () => this.#end());
  }

  #end() {
    const { gain, stage, replications, horizon, paces, runs } = this.#found;
    const told = () => {
      const back = say(`${this.key}.came`, {
        gain: figure(gain.mean, 1), low: figure(gain.low, 1), high: figure(gain.high, 1),
        first: figure(paces[0].mean), second: figure(paces[1].mean),
        runs: replications, hours: figure(horizon, 0),
      });
      const ledger = makeLedger();
      const words = { inside: "pair.inside", spent: "pair.spent" };
      ledger.show(ledgerOf(this.#found, 1), ledgerOf(this.#found, 0), { ...words, before: `${this.key}.before`, now: `${this.key}.now` });
      const [first, second] = runs.map(({ sold }) => sold);
      const seen = h("p", { class: "seen" }, say(`${this.key}.seen`, { first, second, hours: runs[0].hours }));
      return [this.verdict(this.bet === BETTER, back), seen, ledger];
    };
    this.tellAnswer(told, () => this.picture.mark([null, stage]));
  }
}
