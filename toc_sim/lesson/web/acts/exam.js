/** The exam: so many cups with so much money, bought as one likes. */

import { data, figure, listed, money, say } from "../words.js";
import { h } from "../dom.js";
import { store } from "../state.js";
import { makeLedger } from "../ledger.js";
import { makeLine } from "../picture.js";
import { shift, stagesWith, titleOf, toolOf } from "../plant.js";
import { makeShop } from "../shop.js";
import { Act } from "./frame.js";

const NOTHING = "nothing";

export class Exam extends Act {
  accepts(bet) {
    return bet === NOTHING || bet.split(".").every((name) => toolOf(name));
  }

  nameOf(bet) {
    return bet === NOTHING ? say("exam.nothing") : bet.split(".").map(titleOf).join(" + ");
  }

  build(root) {
    this.line = makeLine();
    this.shop = makeShop(data.exam.budget, this.basket, (basket) => this.#placed(basket));
    this.go = h("button", { type: "button", class: "go", onclick: () => this.#start() }, say("act.run"));
    root.replaceChildren(this.shop.root, this.line, h("p", { class: "buttons" }, this.go));
    this.#draw();
    if (this.bet !== null && store.state.done[this.key]) this.#end();
  }

  /** Tools that are bought; a link may say anything, so only tools that there are. */
  get basket() {
    const named = (this.bet ?? NOTHING).split(".");
    const known = data.tools.filter(({ name }) => named.includes(name));
    let left = data.exam.budget;
    return known.filter(({ cost }) => (left -= cost) >= 0).map(({ name }) => name);
  }

  #placed(basket) {
    store.bet(this.key, basket.join(".") || NOTHING);
    this.#draw();
  }

  #draw() {
    this.line.show(stagesWith(this.basket));
    this.line.close();
  }

  #start() {
    if (this.bet === null) store.bet(this.key, NOTHING);
    this.shop.close();
    this.watch(this.line, shift(this.basket).run, (player) => this.go.closest(".buttons").replaceWith(player), () => this.#end());
  }

  #end() {
    const found = shift(this.basket);
    this.shop.close();
    if (!this.player) {
      this.line.cups(found.run, found.run.hours);
      this.go.closest(".buttons").remove();
    }
    const told = () => {
      const hasPassed = found.pace >= data.exam.pace;
      const said = say(hasPassed ? "exam.passed" : "exam.failed", {
        pace: figure(found.pace),
        spent: money(found.ledger.spent),
        stages: listed(found.constraint.map(titleOf)),
        count: found.constraint.length,
      });
      const ledger = makeLedger();
      ledger.show(found.ledger, shift([]).ledger);
      return [this.judged(hasPassed, said), ledger];
    };
    this.tellAnswer(told, () => this.line.answer(found));
  }
}
