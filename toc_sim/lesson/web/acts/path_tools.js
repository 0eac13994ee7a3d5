/** What the path allows each tool at most, beside what it brought when it was run. */

import { data, difference, figure, listed, money, say } from "../words.js";
import { h } from "../dom.js";
import { titleOf, toolOf } from "../plant.js";

/** Return a table of all tools, and what it comes to. */
export function toolsOnPath() {
  const { sold, tools } = data.path;
  const best = tools.reduce((one, other) => (other.sold > one.sold ? other : one));
  const heads = ["tool", "most", "ran"].map((key) => h("th", { scope: "col" }, say(`path.${key}`)));
  const rows = tools.map((tool) => row(tool, sold));
  const table = h(
    "table",
    { class: "refuting" },
    h("caption", {}, say("path.tools", { sold: figure(sold, 0) })),
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, rows),
  );
  const refuted = listed(tools.filter((tool) => tool.refuted).map(({ name }) => titleOf(name)));
  const told = say("path.refuted_are", { tools: refuted, best: titleOf(best.name), sold: figure(best.sold, 0) });
  return [h("p", {}, say("path.bound")), table, h("p", { class: "together" }, told)];
}

function row({ name, most, sold: ran, refuted }, sold) {
  const { cost } = toolOf(name);
  const brings = (cups) => h("small", {}, say("path.money", { money: `${difference((cups - sold) * (data.price - data.variableCost), 0)} ${data.currency}` }));
  return h(
    "tr",
    { "data-tool": name, "data-refuted": String(refuted) },
    h("th", { scope: "row" }, titleOf(name), h("small", {}, money(cost))),
    h("td", { "data-most": most }, figure(most, 0), brings(most), h("span", { class: refuted ? "worse" : "same" }, say(refuted ? "path.refuted" : "path.open"))),
    h("td", { "data-ran": ran }, figure(ran, 0), brings(ran)),
  );
}
