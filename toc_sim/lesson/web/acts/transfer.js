/** Other trades, the same question: which tool for which shop? */

import { data, difference, figure, listed, money, say } from "../words.js";
import { h, tell } from "../dom.js";
import { store } from "../state.js";
import { Act } from "./frame.js";

/** Between the bets on the shops; and what stands for none. */
const [BETWEEN, NONE] = [".", "none"];

/** Figures that are shares: written in per cent. */
const SHARES = ["buy"];

export class Transfer extends Act {
  /** A bet names a tool for each shop, or none yet. */
  accepts(bet) {
    const names = bet.split(BETWEEN);
    return names.length === data.shops.length && data.shops.every(({ tools }, place) => names[place] === NONE || tools.some(({ name }) => name === names[place]));
  }

  nameOf(bet) {
    return bet.split(BETWEEN).map((name) => (name === NONE ? "–" : toolTitle(name))).join(" + ");
  }

  /** The tool that is bet on for each shop. */
  get #tools() {
    return this.bet === null ? data.shops.map(() => NONE) : this.bet.split(BETWEEN);
  }

  build(root) {
    this.shops = data.shops.map((shop, place) => this.#shop(shop, place));
    this.go = h("button", { type: "button", class: "go", onclick: () => this.#answer() }, say("transfer.ask"));
    root.replaceChildren(h("div", { class: "trades" }, this.shops.map(({ root: card }) => card)), h("p", { class: "buttons" }, this.go));
    this.#mark();
    if (!this.go.disabled && store.state.done[this.key]) this.#answer();
  }

  /** A shop: its figures as boxes, and its tools to bet on. */
  #shop(shop, place) {
    const boxes = Object.entries(shop.figures).map(([key, value]) => {
      const flag = h("span", { class: "flag" });
      const box = h("li", { class: "factor", "data-figure": key }, h("b", {}, written(key, value)), h("span", {}, say(`transfer.figure.${key}`)), flag);
      return { key, flag, box };
    });
    const inputs = shop.tools.map((tool) => {
      const chosen = () => this.#placed(place, tool.name);
      const input = h("input", { type: "radio", name: `bet-${shop.name}`, value: tool.name, checked: this.#tools[place] === tool.name, onchange: chosen });
      const text = h("span", {}, toolTitle(tool.name), h("small", {}, changesOf(shop, tool)), h("b", {}, costOf(tool)));
      return h("label", { class: "tool" }, input, text);
    });
    const set = h("fieldset", { class: "shop" }, h("legend", {}, say("transfer.choose")), inputs);
    const result = h("div", { class: "result" });
    const list = h("ul", { class: shop.name.startsWith("shop") ? "factors product" : "factors" }, boxes.map(({ box }) => box));
    const card = h("section", { class: "trade", "data-shop": shop.name }, h("h3", {}, say(`transfer.${shop.name}`)), h("p", {}, say(`transfer.${shop.name}.told`)), list, set, result);
    return { shop, set, result, boxes, root: card };
  }

  #placed(place, name) {
    const names = this.#tools;
    names[place] = name;
    store.bet(this.key, names.join(BETWEEN));
    this.#mark();
  }

  /** Show on the figures what the tools that are bet on change. */
  #mark() {
    const names = this.#tools;
    this.shops.forEach(({ shop, boxes }, place) => {
      const tool = shop.tools.find(({ name }) => name === names[place]);
      for (const { key, flag, box } of boxes) {
        const after = tool?.changes[key];
        box.classList.toggle("bet", after !== undefined);
        tell(flag, after === undefined ? "" : `⚑ → ${written(key, after)}`);
      }
    });
    this.go.disabled = names.includes(NONE);
  }

  #answer() {
    const names = this.#tools;
    this.go.hidden = true;
    for (const { set } of this.shops) set.disabled = true;
    const right = data.shops.filter(({ best }, place) => best.includes(names[place])).length;
    const mark = () => this.shops.forEach((part, place) => {
      const best = part.shop.tools.filter(({ name }) => part.shop.best.includes(name));
      for (const { key, box } of part.boxes) box.classList.toggle("most", best.some(({ changes }) => key in changes));
      part.result.replaceChildren(resultsOf(part.shop, names[place]));
    });
    const told = () => {
      const verdict = say("transfer.verdict", { count: right, all: data.shops.length });
      const lines = data.shops.map((shop, place) => h("li", {}, say(shop.best.includes(names[place]) ? "transfer.right" : "transfer.wrong_bet", {
        shop: say(`transfer.${shop.name}`),
        bet: toolTitle(names[place]),
        best: listed(shop.best.map(toolTitle)),
        why: say(`transfer.${shop.name}.why`),
      })));
      return [this.judged(right === data.shops.length, verdict), h("ul", {}, lines)];
    };
    this.tellAnswer(told, mark);
    this.answerPlace.querySelector("button")?.focus();
  }
}

/** What each tool brings in a shop, the most first, and which was bet on. */
function resultsOf(shop, bet) {
  const rows = [...shop.tools].sort((one, other) => other.npv - one.npv).map(({ name, throughput, npv, half }) => {
    const flag = name === bet ? h("small", { class: "flag" }, `⚑ ${say("picture.bet")}`) : null;
    const kind = shop.best.includes(name) ? "better" : npv < 0 ? "worse" : "same";
    return h(
      "tr",
      { "data-tool": name },
      h("th", { scope: "row" }, toolTitle(name), flag),
      h("td", {}, figure(throughput, 1)),
      h("td", { class: kind, "data-npv": npv }, difference(npv, 0), h("small", {}, ` ± ${figure(half, 0)}`)),
    );
  });
  const heads = [say("path.tool"), say(`transfer.${shop.name}.sold`), say("transfer.worth", { count: shop.weeks, weeks: shop.weeks })];
  return h(
    "table",
    {},
    h("caption", {}, say("transfer.caption", { pace: figure(shop.throughput, 1) })),
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, rows),
  );
}

function toolTitle(name) {
  return say(`transfer.tool.${name}`);
}

/** A figure as one writes it: a share in per cent, others as short as they are. */
function written(key, value) {
  if (SHARES.includes(key)) return say("path.share", { share: figure(100 * value, 0) });
  const isWhole = Number.isInteger(value);
  if (key === "price") return say("transfer.price", { price: figure(value, isWhole ? 0 : 2), currency: data.currency });
  return figure(value, isWhole ? 0 : 1);
}

function changesOf({ figures }, { changes }) {
  return listed(Object.entries(changes).map(([key, after]) => say("transfer.change", { figure: say(`transfer.figure.${key}`), before: written(key, figures[key]), after: written(key, after) })));
}

function costOf({ upfront, per_period: weekly }) {
  const parts = [];
  if (upfront) parts.push(money(upfront));
  if (weekly) parts.push(say("transfer.weekly", { money: money(weekly) }));
  return parts.join(" + ");
}
