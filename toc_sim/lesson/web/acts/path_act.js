/** The critical path: bet on a stage, then play the path back from the last cup. */

import { data, figure, listed, say } from "../words.js";
import { h, tell } from "../dom.js";
import { store } from "../state.js";
import { isStage, stagesWith, titleOf } from "../plant.js";
import { Act } from "./frame.js";
import { SAME, makePathPicture } from "./path_picture.js";
import { toolsOnPath } from "./path_tools.js";

/** A share below this is not named beside the largest [1]. */
const SMALL = 0.05;

/**
 * Read the path as the page was given it.
 *
 * @returns Its pieces, the last first; when it ends [hours]; and how much of its time from a
 *     moment on lies at each stage [hours].
 */
export function readPath() {
  const { segments, services } = data.path;
  const pieces = segments.map(([place, end, cause], each) => ({ place, end, cause, start: each ? segments[each - 1][1] : 0 })).reverse();
  const timesFrom = (from) => services.map((_times, place) =>
    pieces.reduce((sum, piece) => sum + (piece.place === place ? Math.max(0, piece.end - Math.max(piece.start, from)) : 0), 0));
  return { pieces, last: pieces[0].end, timesFrom };
}

export class PathAct extends Act {
  accepts(bet) {
    return isStage(bet);
  }

  nameOf(bet) {
    return titleOf(bet);
  }

  build(root) {
    this.path = readPath();
    this.picture = makePathPicture();
    this.run = h("button", { type: "button", class: "go", disabled: this.bet === null, onclick: () => this.#start() }, say("path.run"));
    this.said = h("p", { class: "said", "aria-live": "polite" });
    root.replaceChildren(this.picture, this.said, h("p", { class: "buttons" }, this.run));
    this.picture.show(stagesWith([]), this.path, this.bet, (name) => this.#placed(name));
    this.#sayBet();
    if (this.bet !== null && store.state.done[this.key]) this.#end();
  }

  #placed(name) {
    store.bet(this.key, name);
    this.picture.flag(name);
    this.run.disabled = false;
    this.#sayBet();
  }

  #sayBet() {
    tell(this.said, this.bet === null ? say("act.ask_stage") : say("act.bet_was", { bet: titleOf(this.bet) }));
  }

  #start() {
    this.picture.close();
    this.watch(this.picture, this.#played(), (player) => this.run.closest(".buttons").replaceWith(player), () => this.#end());
  }

  /** The path as something to play: hours count from the last cup back. */
  #played() {
    const { last, pieces } = this.path;
    const steps = pieces.map(({ start }) => last - start);
    return {
      hours: last,
      before: 0,
      isPlaying: () => Boolean(this.player?.clock.playing),
      step: (clock) => {
        clock.pause();
        clock.go(steps.find((step) => step > clock.now + SAME) ?? last);
      },
    };
  }

  #end() {
    this.picture.close();
    if (!this.player) {
      this.picture.cups(this.#played(), this.path.last);
      this.run.closest(".buttons").remove();
    }
    const times = this.path.timesFrom(0);
    const ranked = data.stages.map(({ name }, place) => ({ name, share: times[place] / this.path.last })).sort((one, other) => other.share - one.share);
    this.tellAnswer(() => this.#told(ranked), () => this.picture.answer(ranked[0].name));
  }

  #told([most, ...others]) {
    const came = say("path.came", {
      stage: titleOf(most.name),
      share: figure(100 * most.share, 1),
      others: listed(others.filter(({ share }) => share >= SMALL).map(({ name, share }) => say("path.other", { stage: titleOf(name), share: figure(100 * share, 1) }))),
    });
    return [this.verdict(this.bet === most.name, came), ...toolsOnPath()];
  }
}
