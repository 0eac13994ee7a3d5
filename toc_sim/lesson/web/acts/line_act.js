/** Acts about the line of cups: bet on a stage or on a pace, then watch a shift. */

import { difference, figure, listed, money, say } from "../words.js";
import { h, tell } from "../dom.js";
import { store } from "../state.js";
import { makeGauge, MOST_CUPS_AN_HOUR } from "../gauge.js";
import { makeLedger } from "../ledger.js";
import { makeLine } from "../picture.js";
import { isStage, shift, titleOf } from "../plant.js";
import { Act } from "./frame.js";

/** A pace counts as guessed right within half of a step of the scale [cups an hour]. */
const CLOSE = 0.25;

export class LineAct extends Act {
  /**
   * @param {string} key Where its words stand.
   * @param {string[]} before Tools that were bought before it.
   * @param {string[]} tools Tools that are bought in it.
   * @param {"stage"|"pace"} asks What is bet on.
   */
  constructor(key, before, tools, asks) {
    super(key);
    Object.assign(this, { before, tools, asks });
  }

  accepts(bet) {
    return this.asks === "stage" ? isStage(bet) : Number(bet) >= 0 && Number(bet) <= MOST_CUPS_AN_HOUR;
  }

  nameOf(bet) {
    return this.asks === "stage" ? titleOf(bet) : say("act.cups_an_hour", { cups: figure(Number(bet), 1) });
  }

  build(root) {
    this.found = shift([...this.before, ...this.tools]);
    this.line = makeLine();
    this.gauge = makeGauge();
    this.run = h("button", { type: "button", class: "go", disabled: this.bet === null, onclick: () => this.#start() }, say("act.run"));
    this.said = h("p", { class: "said", "aria-live": "polite" });
    root.replaceChildren(this.line, this.gauge, this.said, h("p", { class: "buttons" }, this.run));
    this.was = this.tools.length ? shift(this.before) : null;
    this.line.show(this.found.stages, this.asks === "stage" ? (name) => this.#placed(name) : undefined);
    const before = this.was ? this.was.pace : NaN;
    const bet = this.asks === "pace" && this.bet !== null ? Number(this.bet) : null;
    this.gauge.show(before, bet, this.asks === "pace" ? (value) => this.#placed(value) : null);
    this.gauge.hidden = this.asks === "stage" && !this.was;
    if (this.asks === "stage") this.line.flag(this.bet);
    this.#sayBet();
    if (this.bet !== null && store.state.done[this.key]) this.#end();
  }

  #placed(value) {
    store.bet(this.key, value);
    if (this.asks === "stage") this.line.flag(value);
    this.run.disabled = false;
    this.#sayBet();
  }

  #sayBet() {
    tell(this.said, this.bet === null ? say(`act.ask_${this.asks}`) : say("act.your_bet", { bet: this.nameOf(this.bet) }));
  }

  #start() {
    this.line.close();
    this.gauge.slider.hidden = true;
    tell(this.said, say("act.bet_was", { bet: this.nameOf(this.bet) }));
    this.watch(this.line, this.found.run, (player) => this.run.closest(".buttons").replaceWith(player), () => this.#end());
  }

  /** The shift is over: what came, beside what was bet on. */
  #end() {
    const { run, pace } = this.found;
    if (!this.player) {
      this.line.close();
      this.line.cups(run, run.hours);
      this.run.closest(".buttons").remove();
    }
    const mark = () => {
      this.line.answer(this.found);
      this.gauge.hidden = false;
      this.gauge.answer(pace);
    };
    this.tellAnswer(() => this.#told(this.found), mark);
  }

  #told(found) {
    const names = listed(found.constraint.map(titleOf));
    const isRight = this.asks === "stage" ? found.constraint.includes(this.bet) : Math.abs(Number(this.bet) - found.pace) <= CLOSE;
    const came = this.asks === "stage"
      ? say("act.it_is", { stages: names, count: found.constraint.length })
      : say("act.it_came", { pace: figure(found.pace), stages: names, count: found.constraint.length });
    const ledger = makeLedger();
    ledger.show(found.ledger, this.was?.ledger ?? null);
    return [this.verdict(isRight, came), this.#bought(found), ledger];
  }

  /** What the tools of the act cost, and what they brought. */
  #bought(found) {
    if (!this.was) return null;
    return h("p", { class: "bought" }, say("act.bought", {
      tools: listed(this.tools.map(titleOf)),
      cost: money(found.ledger.spent - this.was.ledger.spent),
      change: difference(found.pace - this.was.pace),
    }));
  }
}
