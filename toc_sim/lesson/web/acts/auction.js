/** The budget auction: the same tool pays in one state of the line and loses in another. */

import { data, difference, figure, listed, money, say } from "../words.js";
import { h } from "../dom.js";
import { shift, titleOf, toolOf } from "../plant.js";
import { Choice } from "./choice.js";

export class Auction extends Choice {
  constructor(key) {
    super(key, data.tools.map(({ name }) => name));
  }

  nameOf(choice) {
    const { cost, stage, rate } = toolOf(choice);
    const changes = say("shop.changes", { stage: titleOf(stage), rate });
    return `${titleOf(choice)} (${changes}): ${money(cost)}`;
  }

  chosen() {
    const alone = shift([]);
    const came = data.tools.filter(({ name }) => shift([name]).pace > alone.pace).map(({ name }) => titleOf(name));
    const isRight = shift([this.bet]).pace > alone.pace;
    const back = say("auction.came", { tools: listed(came) });
    this.basket = [];
    this.table = h("div", { class: "auction" });
    this.tellAnswer(() => {
      this.#draw();
      return [this.verdict(isRight, back, titleOf(this.bet)), h("p", {}, say("auction.try")), this.table, this.#together()];
    });
  }

  /** What each tool brings now, beside what it brings alone; each can be bought and given back. */
  #draw() {
    const [first, now] = [shift([]), shift(this.basket)];
    const rows = data.tools.map(({ name, cost }) => {
      const has = this.basket.includes(name);
      const alone = shift([name]).pace - first.pace;
      const brings = has ? NaN : shift([...this.basket, name]).pace - now.pace;
      const toggle = () => {
        this.basket = has ? this.basket.filter((each) => each !== name) : [...this.basket, name];
        this.#draw();
        this.table.querySelector(`[data-tool="${name}"]`).focus();
      };
      const button = h("button", { type: "button", "data-tool": name, "aria-pressed": String(has), onclick: toggle }, say(has ? "auction.give_back" : "auction.buy"));
      return h(
        "tr",
        { class: has ? "has" : "" },
        h("th", { scope: "row" }, titleOf(name), h("small", {}, money(cost))),
        h("td", {}, difference(alone)),
        h("td", { class: brings > 0 ? "better" : "same", "data-brings": name }, has ? say("auction.has") : difference(brings)),
        h("td", {}, button),
      );
    });
    const heads = ["tool", "alone", "brings"].map((key) => h("th", { scope: "col" }, say(`auction.${key}`)));
    const state = say("auction.state", { pace: figure(now.pace), stages: listed(now.constraint.map(titleOf)), count: now.constraint.length });
    this.table.replaceChildren(
      h("p", { class: "state", "aria-live": "polite" }, state),
      h("table", {}, h("thead", {}, h("tr", {}, heads, h("td"))), h("tbody", {}, rows)),
    );
  }

  /** Tools that bring nothing at the start, and much once another one is there. */
  #together() {
    const { before, tools } = data.together;
    const [start, base] = [shift([]), shift(before)];
    const alone = Math.max(...tools.map((name) => shift([name]).pace - start.pace));
    const both = shift([...before, ...tools]).pace - base.pace;
    return h("p", { class: "together" }, say("auction.together", {
      before: listed(before.map(titleOf)),
      tools: listed(tools.map(titleOf)),
      alone: difference(alone),
      both: difference(both),
    }));
  }
}
