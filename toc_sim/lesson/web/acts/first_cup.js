/** The first act: make a cup yourself, then let the line run. */

import { say } from "../words.js";
import { h, tell } from "../dom.js";
import { store } from "../state.js";
import { runLine } from "../line.js";
import { makeLine } from "../picture.js";
import { EQUAL_RATE, equalStages } from "../plant.js";
import { Act } from "./frame.js";

/** What stands for a bet: the cup was made. */
const MADE = "made";

/** How long the line then runs by itself [hours]. */
const HOURS = 12;

export class FirstCup extends Act {
  accepts(bet) {
    return bet === MADE;
  }

  build(root) {
    const stages = equalStages();
    this.run = runLine(stages, HOURS);
    this.line = makeLine();
    this.done = 0;
    this.said = h("p", { class: "said", "aria-live": "polite" }, say("make.begin"));
    this.button = h("button", { type: "button", class: "go", onclick: () => this.#press(stages) }, say("make.button", { stage: stages[0].title }));
    root.replaceChildren(this.line, this.said, h("p", { class: "buttons" }, this.button));
    this.line.show(stages);
    this.line.close();
  }

  /** Each press has one stage work on the one cup; after the last the line runs. */
  #press(stages) {
    if (this.done < stages.length) {
      const begin = this.run.begin[this.done][0];
      this.line.cups({ ...this.run, cups: 1 }, begin + 0.6 / EQUAL_RATE);
      tell(this.said, say("make.worked", { stage: stages[this.done].title }));
      this.done += 1;
      const next = stages[this.done];
      tell(this.button, next ? say("make.button", { stage: next.title }) : say("make.let_run"));
      return;
    }
    tell(this.said, say("make.running"));
    this.watch(this.line, this.run, (player) => this.button.closest(".buttons").replaceWith(player), () => this.#end());
  }

  #end() {
    store.bet(this.key, MADE);
    this.tellAnswer(() => [this.judged(true, say("make.answer"))]);
  }
}
