/** The goal and the ledger: what is the plant for? */

import { say } from "../words.js";
import { h } from "../dom.js";
import { makeLedger } from "../ledger.js";
import { equalStages, shiftOf } from "../plant.js";
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
      const ledger = makeLedger();
      ledger.show(shiftOf(equalStages()).ledger, null);
      return [this.verdict(this.bet === RIGHT, say("goal.came")), h("p", {}, say("goal.ledger")), ledger];
    });
  }
}
