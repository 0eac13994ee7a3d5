/** Acts whose bet is an amount on a scale of their own, before something is watched. */

import { figure, say } from "../words.js";
import { h, tell } from "../dom.js";
import { store } from "../state.js";
import { makeGauge } from "../gauge.js";
import { Act } from "./frame.js";

/** An act of this kind has a `scale`, a `made` picture, a `watched` run and a `told` answer. */
export class AmountAct extends Act {
  accepts(bet) {
    return bet !== "" && Number(bet) >= 0 && Number(bet) <= this.scale.most;
  }

  nameOf(bet) {
    const amount = Math.round(Number(bet));
    return say(`${this.key}.amount`, { amount: figure(amount, 0), count: amount });
  }

  /** The bet as a number; null where there is none. */
  get amount() {
    return this.bet === null ? null : Number(this.bet);
  }

  build(root) {
    this.picture = this.made();
    this.gauge = makeGauge();
    this.run = h("button", { type: "button", class: "go", disabled: this.amount === null, onclick: () => this.#start() }, say(`${this.key}.run`));
    this.said = h("p", { class: "said", "aria-live": "polite" });
    root.replaceChildren(this.picture, this.gauge, this.said, h("p", { class: "buttons" }, this.run));
    this.gauge.show(this.scale.before ?? NaN, this.amount, (value) => this.#placed(value), this.scale);
    this.#sayBet();
    if (this.amount !== null && store.state.done[this.key]) this.#end();
  }

  #placed(value) {
    store.bet(this.key, value);
    this.run.disabled = false;
    this.#sayBet();
  }

  #sayBet() {
    tell(this.said, this.amount === null ? say("act.ask_pace") : say("act.bet_was", { bet: this.nameOf(this.bet) }));
  }

  #start() {
    this.gauge.slider.hidden = true;
    this.watch(this.picture, this.watched, (player) => this.run.closest(".buttons").replaceWith(player), () => this.#end());
  }

  #end() {
    if (!this.player) {
      this.gauge.slider.hidden = true;
      this.picture.cups(this.watched, this.watched.hours);
      this.run.closest(".buttons").remove();
    }
    const told = () => {
      const { isRight, back, pieces } = this.told();
      return [this.verdict(isRight, back), ...pieces];
    };
    this.tellAnswer(told, () => this.gauge.answer(this.came));
  }
}
