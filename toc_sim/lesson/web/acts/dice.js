/** Equal stages do not make the average: the match-bowl game. */

import { data, figure, say } from "../words.js";
import { makeBowls } from "../bowls.js";
import { makeSpread } from "../spread.js";
import { h } from "../dom.js";
import { AmountAct } from "./amount_act.js";

export class Dice extends AmountAct {
  #game = data.chance.game;
  scale = { most: 100, step: 1, tick: 10, digits: [0, 1], words: "game", start: 0 };

  get parts() {
    const { boys, rounds, average } = this.#game;
    return { boys: boys.length, rounds, average: figure(average, 0) };
  }

  /** On average so many come through [matches]. */
  get came() {
    return this.#game.mean.mean;
  }

  /** The game; each throw takes a fifth of a round, and a round about a second. */
  get watched() {
    const { dice, moved, rounds } = this.#game;
    return { dice, moved, hours: rounds, before: 0, words: "game.round", tempo: { slower: 5, step: 1 / dice.length } };
  }

  made() {
    const picture = makeBowls();
    picture.show(this.#game.boys);
    return picture;
  }

  told() {
    const { mean, middle, games, ends, moved, average } = this.#game;
    const [low, high] = middle;
    const one = moved.at(-1).reduce((sum, each) => sum + each, 0);
    const isRight = this.amount >= low && this.amount <= high;
    const spread = makeSpread();
    spread.show(ends, [
      { kind: "bet", value: this.amount, label: say("gauge.bet") },
      { kind: "now", value: mean.mean, label: say("spread.mean") },
      { kind: "before", value: average, label: say("spread.expected") },
    ]);
    const back = say("chance.came", { games: figure(games, 0), mean: figure(mean.mean, 1), low: figure(mean.low, 1), high: figure(mean.high, 1), first: low, last: high });
    return { isRight, back, pieces: [h("p", { class: "one" }, say("chance.one", { one })), spread] };
  }
}
