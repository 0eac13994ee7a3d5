/** A shop of tools: what each costs, and what is bought. */

import { data, money, say } from "./words.js";
import { h, tell } from "./dom.js";
import { spentOn, titleOf } from "./plant.js";

/**
 * Make a shop.
 *
 * @param {number} budget What may be spent in all.
 * @param {string[]} bought What is bought already.
 * @param {(bought: string[]) => void} changed Called with all that is bought, in that order.
 */
export function makeShop(budget, bought, changed) {
  let basket = [...bought];
  const left = h("p", { class: "left", "aria-live": "polite" });
  const items = data.tools.map((tool) => {
    const input = h("input", { type: "checkbox", value: tool.name, checked: basket.includes(tool.name) });
    input.addEventListener("change", () => {
      basket = input.checked ? [...basket, tool.name] : basket.filter((name) => name !== tool.name);
      renew();
      changed(basket);
    });
    const text = h("span", {}, titleOf(tool.name), h("small", {}, say("shop.changes", { stage: titleOf(tool.stage), rate: tool.rate })), h("b", {}, money(tool.cost)));
    return { tool, input, label: h("label", { class: "tool" }, input, text) };
  });
  const set = h("fieldset", { class: "shop" }, h("legend", {}, say("shop.title", { budget: money(budget) })), items.map(({ label }) => label));

  /** What cannot be paid any more cannot be chosen. */
  function renew() {
    const spent = spentOn(basket);
    for (const { tool, input } of items) input.disabled = !input.checked && spent + tool.cost > budget;
    tell(left, say("shop.left", { left: money(budget - spent) }));
  }

  renew();
  const close = () => {
    set.disabled = true;
  };
  return { root: h("div", {}, set, left), close };
}
