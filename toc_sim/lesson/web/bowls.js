/** The match-bowl game, drawn: boys, their dice and bowls. One element, `<toc-bowls>`. */

import { say } from "./words.js";
import { h, s, setAll, tell } from "./dom.js";

/** Where the dots of a die are, by what it shows; its edge is 30 long. */
const DOTS = ["", "m15 15", "m8 8m14 14", "m8 8m7 7m7 7", "m8 8m14 0m-14 14m14 0", "m8 8m14 0m-7 7m-7 7m14 0", "m8 8m14 0m-14 7m14 0m-14 7m14 0"];

/** A dot, from where the pen is; the pen comes back. */
const DOT = "m-2.5 0a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1-5 0m2.5 0";

/** Matches that are drawn in a bowl; of more the number says how many. */
const MOST_MATCHES = 36;

class Bowls extends HTMLElement {
  /**
   * Draw the boys, with empty bowls.
   *
   * @param {string[]} boys In their order.
   */
  show(boys) {
    this.boys = boys.map((boy, place) => {
      const part = {
        bowl: place > 0 ? this.#bowl() : null,
        dots: s("path", { class: "dots" }),
        said: h("p", { class: "throw" }),
      };
      const die = s("svg", { viewBox: "0 0 30 30", class: "die", "aria-hidden": "true" }, s("rect", { x: 1, y: 1, width: 28, height: 28, rx: 5 }), part.dots);
      const supply = part.bowl?.root ?? h("p", { class: "supply" }, say("game.box"));
      part.root = h("li", {}, h("b", {}, say(`boy.${boy}`)), supply, die, part.said);
      return part;
    });
    this.through = this.#bowl();
    const end = h("li", { class: "through" }, h("b", {}, say("game.through")), this.through.root);
    this.replaceChildren(h("ol", { "aria-label": say("game.label") }, this.boys.map(({ root }) => root), end));
  }

  #bowl() {
    const matches = s("path", { class: "matches" });
    const count = h("span", { class: "count" });
    const shape = s("path", { class: "bowl", d: "M3 12q2 32 26 32h42q24 0 26-32" });
    const picture = s("svg", { viewBox: "0 0 100 48", "aria-hidden": "true" }, shape, matches);
    return { root: h("div", { class: "bowlful" }, picture, count), matches, count };
  }

  /**
   * Show the game after so many throws.
   *
   * @param {{dice: number[][], moved: number[][]}} game By boy and round.
   * @param {number} now Rounds that have passed; a fifth of one for each of five boys.
   */
  cups({ dice, moved }, now) {
    const thrown = Math.floor(now * dice.length + 1e-6);
    const last = (thrown - 1) % dice.length;
    const sums = this.boys.map((_, place) => {
      const rounds = Math.floor((thrown + dice.length - 1 - place) / dice.length);
      return { rounds, moved: moved[place].slice(0, rounds).reduce((sum, one) => sum + one, 0) };
    });
    this.boys.forEach(({ root, bowl, dots, said }, place) => {
      const { rounds } = sums[place];
      const isNow = thrown > 0 && place === last;
      root.classList.toggle("moves", isNow);
      if (rounds > 0) {
        const [die, went] = [dice[place][rounds - 1], moved[place][rounds - 1]];
        setAll(dots, { d: `M0 0${DOTS[die].replace(/m[^m]+/g, (way) => `${way}${DOT}`)}` });
        tell(said, say(went < die ? "game.short_of" : "game.throws", { die, moved: went }));
        said.classList.toggle("short", went < die);
      } else {
        setAll(dots, { d: "" });
        tell(said, "");
      }
      if (bowl) fill(bowl, sums[place - 1].moved - sums[place].moved);
    });
    fill(this.through, sums.at(-1).moved);
  }
}

/** Put so many matches into a bowl. */
function fill({ matches, count }, many) {
  const drawn = Array.from({ length: Math.min(many, MOST_MATCHES) }, (_, index) => `M${16 + (index % 12) * 6.2} ${40 - Math.floor(index / 12) * 12}l2-10`);
  matches.setAttribute("d", drawn.join(""));
  tell(count, String(many));
}

customElements.define("toc-bowls", Bowls);

/** Make a picture of the game. */
export function makeBowls() {
  return h("toc-bowls");
}
