/** Buffers and the rope: a tenth of what lies inside sells as much, on the same luck. */

import { data, figure, say } from "../words.js";
import { h } from "../dom.js";
import { makeLedger } from "../ledger.js";
import { titleOf } from "../plant.js";
import { AmountAct } from "./amount_act.js";
import { ledgerOf, pairOf, runsOf } from "./pair_figures.js";

/** A bet counts as right so near to what is lost [points of percent]. */
const NEAR = 2;

export class Rope extends AmountAct {
  #found = data.chance.rope;
  #both = runsOf(this.#found);
  scale = { most: 100, step: 1, tick: 10, digits: [0, 2], words: "loss" };

  get parts() {
    const { inside, buffer, room } = this.#found;
    const [push, rope] = inside.map(({ mean }) => figure(mean, 0));
    return { push, rope, buffer, room };
  }

  /** What is lost [%]. */
  get came() {
    return Math.max(0, -this.#found.gain.mean);
  }

  get watched() {
    return this.#both;
  }

  made() {
    return pairOf(this.key, this.#found);
  }

  told() {
    const { gain, paces, through, replications, horizon, drum } = this.#found;
    this.picture.mark([drum, drum]);
    const isRight = Math.abs(this.amount - this.came) <= NEAR;
    const back = say(`${this.key}.came`, {
      push: figure(paces[0].mean), rope: figure(paces[1].mean),
      loss: figure(-gain.mean), low: figure(-gain.high), high: figure(-gain.low),
      long: figure(through[0].mean, 1), short: figure(through[1].mean, 1),
      runs: replications, hours: figure(horizon, 0),
    });
    const ledger = makeLedger();
    const words = { inside: "pair.inside", before: `${this.key}.before`, now: `${this.key}.now` };
    ledger.show(ledgerOf(this.#found, 1), ledgerOf(this.#found, 0), words);
    return { isRight, back, pieces: [ledger, this.#luck()] };
  }

  /** The cup that was followed: the same times of work in both lines, and how long each took. */
  #luck() {
    const { runs } = this.#both;
    const minutes = (hours, digits = 1) => figure(60 * hours, digits);
    const rows = data.stages.map(({ name }, place) => {
      const times = runs.map(({ begin, end, followed }) => end[place][followed] - begin[place][followed]);
      return h("tr", {}, h("th", { scope: "row" }, titleOf(name)), times.map((time) => h("td", {}, minutes(time))));
    });
    const inside = runs.map(({ begin, leave, followed }) => leave.at(-1)[followed] - begin[0][followed]);
    const whole = h("tr", { class: "has" }, h("th", { scope: "row" }, say("pair.whole")), inside.map((time) => h("td", {}, minutes(time, 0))));
    const heads = [1, 2].map((side) => h("th", { scope: "col" }, say(`${this.key}.line_${side}`)));
    return h(
      "table",
      { class: "luck" },
      h("caption", {}, say("pair.luck", { number: runs[0].first + runs[0].followed })),
      h("thead", {}, h("tr", {}, h("td"), heads)),
      h("tbody", {}, rows, whole),
    );
  }
}
