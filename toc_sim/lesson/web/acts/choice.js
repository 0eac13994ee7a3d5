/** Acts whose bet is one of a few sentences. */

import { say } from "../words.js";
import { h } from "../dom.js";
import { store } from "../state.js";
import { Act } from "./frame.js";

export class Choice extends Act {
  /**
   * @param {string} key Where its words stand.
   * @param {string[]} choices Keys of what can be chosen.
   */
  constructor(key, choices) {
    super(key);
    this.choices = choices;
  }

  accepts(bet) {
    return this.choices.includes(bet);
  }

  build(root) {
    const buttons = this.choices.map((choice) => {
      const input = h("input", { type: "radio", name: `bet-${this.key}`, value: choice, checked: this.bet === choice, onchange: () => this.#placed(choice) });
      return h("label", { class: "choice" }, input, h("span", {}, this.nameOf(choice)));
    });
    this.go = h("button", { type: "button", class: "go", disabled: this.bet === null, onclick: () => this.#answer() }, say("act.answer"));
    this.set = h("fieldset", { class: "choices" }, h("legend", {}, say("act.ask_choice")), buttons);
    root.replaceChildren(this.set, h("p", { class: "buttons" }, this.go));
    if (this.bet !== null && store.state.done[this.key]) this.#answer();
  }

  #placed(choice) {
    store.bet(this.key, choice);
    this.go.disabled = false;
  }

  #answer() {
    this.set.disabled = true;
    this.go.hidden = true;
    this.chosen();
    this.answerPlace.querySelector("button")?.focus();
  }
}
