/** What all acts have: a question, a bet, a run that is watched, an answer and a rule. */

import { hasWords, say } from "../words.js";
import { h } from "../dom.js";
import { makePlayer } from "../player.js";
import { store } from "../state.js";

/** Acts of a group ask alike; the words of each begin with its key. */
export class Act {
  constructor(key) {
    this.key = key;
  }

  /** The bet that was placed here; null where there is none, or a link says nonsense. */
  get bet() {
    const bet = store.state.bets[this.key];
    return bet !== undefined && this.accepts(bet) ? bet : null;
  }

  /** Whether a text is a bet on this act. */
  accepts(_bet) {
    return false;
  }

  /** A bet as one says it. */
  nameOf(bet) {
    return bet;
  }

  /** What is put into its question, rule and notes: figures of the engine, by name. */
  get parts() {
    return {};
  }

  /** Build the act into an element, as far as it has come. */
  open(root, next) {
    this.root = root;
    this.next = next;
    this.answerPlace = h("div", { class: "answer", "aria-live": "polite" });
    this.stage = h("div", { class: "play" });
    root.replaceChildren(
      h("h2", { tabindex: -1, id: "question" }, say(`${this.key}.title`)),
      h("p", { class: "question" }, say(`${this.key}.question`, this.parts)),
      this.stage,
      this.answerPlace,
      this.#notes(),
    );
    this.build(this.stage);
  }

  /** Leave the act: what moves stops. */
  leave() {
    this.player?.clock.pause();
  }

  /**
   * Play a run; whoever pressed the button for it finds the buttons of the run.
   *
   * @param {HTMLElement} picture What is drawn moment by moment.
   * @param {object} run What is played (`makePlayer`).
   * @param {(player: HTMLElement) => void} put Puts the buttons of the run in their place.
   * @param {() => void} ended Called when the end is reached.
   */
  watch(picture, run, put, ended) {
    this.player = makePlayer(picture, run, ended);
    put(this.player.root);
    this.player.play.focus();
    this.player.start();
  }

  /** Name the bet back, and say what came; and whether that was guessed right. */
  verdict(isRight, came, bet = this.nameOf(this.bet)) {
    return this.judged(isRight, say(isRight ? "act.bet_right" : "act.bet_wrong", { bet, came }));
  }

  /** A verdict: never by its colour alone. */
  judged(isRight, told) {
    return h("p", { class: `verdict ${isRight ? "right" : "wrong"}` }, told);
  }

  /**
   * Tell the answer, or offer to, where a class is to speak first.
   *
   * @param {() => (Node|null)[]} pieces Makes what is told; before the rule.
   * @param {() => void} [mark] Marks the answer in the picture.
   */
  tellAnswer(pieces, mark = () => {}) {
    const show = () => {
      mark();
      const rule = h("p", { class: "rule" }, h("strong", {}, say("act.rule")), ` ${say(`${this.key}.rule`, this.parts)}`);
      const next = h("button", { type: "button", class: "next", onclick: () => this.next() }, say("act.next"));
      const again = h("button", { type: "button", class: "again", onclick: () => this.again() }, say("act.again"));
      this.answerPlace.replaceChildren(...pieces().filter(Boolean), rule, h("p", { class: "buttons" }, next, again));
      store.change({ done: { ...store.state.done, [this.key]: true } });
    };
    if (!store.state.hidden) return show();
    const reveal = h("button", { type: "button", class: "reveal", onclick: show }, say("act.reveal"));
    this.answerPlace.replaceChildren(h("p", {}, say("act.before_reveal")), reveal);
    return undefined;
  }

  /** Begin the act again, without its bet. */
  again() {
    this.leave();
    store.forget(this.key);
    this.open(this.root, this.next);
    document.getElementById("question").focus();
  }

  /** What a teacher reads: the question, the usual wrong answer and what to talk about. */
  #notes() {
    const parts = ["wrong", "debrief"].filter((part) => hasWords(`${this.key}.${part}`));
    const list = parts.flatMap((part) => [h("dt", {}, say(`teacher.${part}`)), h("dd", {}, say(`${this.key}.${part}`, this.parts))]);
    return h("aside", { class: "teacher", "aria-label": say("teacher.title") }, h("h3", {}, say("teacher.title")), h("dl", {}, list));
  }
}
