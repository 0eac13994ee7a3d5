/** The goal and the ledger: what is the plant for? */

import { data, say } from "../words.js";
import { h } from "../dom.js";
import { store } from "../state.js";
import { bought, inside, runLine } from "../line.js";
import { makeLedger } from "../ledger.js";
import { equalStages } from "../plant.js";
import { Choice } from "./choice.js";

const CHOICES = ["busy", "cheap", "cups", "money"];
const RIGHT = "money";

export class Goal extends Choice {
  constructor(key) {
    super(key, CHOICES);
  }

  nameOf(choice) {
    return say(`goal.${choice}`);
  }

  chosen() {
    this.tellAnswer(() => {
      const key = this.bet === RIGHT ? "act.bet_right" : "act.bet_wrong";
      const back = say(key, { bet: this.nameOf(this.bet), came: say("goal.came") });
      const ledger = makeLedger();
      ledger.show(equalLedger(), null);
      return [h("p", { class: `verdict ${this.bet === RIGHT ? "right" : "wrong"}` }, back), h("p", {}, say("goal.ledger")), ledger];
    });
  }
}

/** The ledger of a line in which there is nothing to guess. */
function equalLedger() {
  const run = runLine(equalStages(), data.horizon, data.warmup);
  const pace = bought(run, 0, data.horizon) / data.horizon;
  const throughput = pace * (data.price - data.variableCost);
  return { pace, throughput, expense: data.expense, profit: throughput - data.expense, inside: inside(run, data.horizon), spent: 0 };
}
