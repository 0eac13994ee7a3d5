/** What is chosen besides sliders: the release of work, tools within a budget, the seed. */

import { data, listed, money, say } from "../words.js";
import { h, tell } from "../dom.js";

const whole = (input, low, high) => Math.min(high, Math.max(low, Math.round(Number(input.value)) || low));

/** Make the choice of a release policy; `chosen()` is what a request says of it. */
export function makeRelease(changed) {
  const { conwip, drum, buffer } = data.release;
  const first = conwip ? "conwip" : drum ? "rope" : "push";
  const limit = h("input", { type: "number", min: 1, max: data.mostInside, value: conwip ?? 12, onchange: changed });
  const before = h("input", { type: "number", min: 1, max: data.mostInside, value: buffer ?? 6, onchange: changed });
  const drums = h("select", { onchange: changed }, data.drums.map((name) => h("option", { value: name, selected: name === drum }, data.titles[name])));
  const more = {
    push: [],
    conwip: [h("label", {}, `${say("limit")} `, limit)],
    rope: [h("label", {}, `${say("drum")} `, drums), h("label", {}, `${say("buffer")} `, before)],
  };
  const radios = ["push", "conwip", ...(data.drums.length ? ["rope"] : [])].map((policy) => h("input", { type: "radio", name: "release", value: policy, checked: policy === first }));
  const rows = radios.map((radio) => {
    const parts = h("div", { class: "more" }, more[radio.value]);
    return { radio, parts, row: h("div", {}, h("label", { class: "choice" }, radio, say(`release.${radio.value}`)), parts) };
  });
  const renew = () => rows.forEach(({ radio, parts }) => (parts.hidden = !radio.checked));
  radios.forEach((radio) =>
    radio.addEventListener("change", () => {
      renew();
      changed();
    }),
  );
  renew();
  const policy = () => radios.find(({ checked }) => checked).value;
  const asked = {
    push: () => "push",
    conwip: () => ({ conwip: whole(limit, 1, data.mostInside) }),
    rope: () => ({ drum: drums.value, buffer: whole(before, 1, data.mostInside) }),
  };
  return {
    root: h("fieldset", { class: "release" }, h("legend", {}, say("release")), rows.map(({ row }) => row)),
    chosen: () => asked[policy()](),
    reset: () => {
      radios.forEach((radio) => (radio.checked = radio.value === first));
      limit.value = conwip ?? 12;
      before.value = buffer ?? 6;
      drums.value = drum ?? data.drums[0];
      renew();
    },
  };
}

/** Make the shop; `bought()` are the names of the tools. Without tools it is empty. */
export function makeTools(changed) {
  const all = data.tools.reduce((sum, { upfront }) => sum + upfront, 0);
  const budget = h("input", { type: "number", min: 0, step: "any", value: all });
  const left = h("p", { class: "left", "aria-live": "polite" });
  const items = data.tools.map((tool) => {
    const input = h("input", { type: "checkbox", value: tool.name });
    const why = h("small", {});
    const costs = [tool.upfront || !tool.perPeriod ? money(tool.upfront) : null, tool.perPeriod ? say("per_period", { money: money(tool.perPeriod), period: data.period }) : null];
    const label = h("label", { class: "tool" }, input, h("span", {}, data.titles[tool.name], h("small", {}, say("changes", { names: listed(tool.changes) })), h("b", {}, costs.filter(Boolean).join(" + ")), why));
    return { tool, input, why, label };
  });
  const bought = () => items.filter(({ input }) => input.checked).map(({ tool }) => tool.name);
  const titles = (names) => listed(names.map((name) => data.titles[name]));

  /** Why a tool cannot be bought now; nothing, if it can. */
  function hindrance({ upfront, requires, excludes }, others, rest) {
    const missing = requires.filter((name) => !others.includes(name));
    const against = excludes.filter((name) => others.includes(name));
    if (missing.length) return say("needs", { names: titles(missing) });
    if (against.length) return say("not_with", { names: titles(against) });
    return upfront > rest ? say("too_dear") : "";
  }

  function renew() {
    const basket = bought();
    const spent = items.reduce((sum, { tool, input }) => sum + (input.checked ? tool.upfront : 0), 0);
    const rest = Number(budget.value) - spent;
    for (const { tool, input, why } of items) {
      const reason = input.checked ? "" : hindrance(tool, basket, rest);
      input.disabled = Boolean(reason);
      tell(why, reason);
    }
    tell(left, say("left", { money: money(rest) }));
  }

  /** Give back what cannot stand alone: what it requires is given back, or too dear. */
  function settle() {
    let basket = bought();
    for (let again = true; again; ) {
      const lone = items.find(({ tool, input }) => input.checked && tool.requires.some((name) => !basket.includes(name)));
      again = Boolean(lone);
      if (lone) lone.input.checked = false;
      basket = bought();
    }
    renew();
    changed();
  }

  items.forEach(({ input }) => input.addEventListener("change", settle));
  budget.addEventListener("input", renew);
  renew();
  const set = h("fieldset", { class: "shop" }, h("legend", {}, say("shop")), h("label", { class: "budget" }, `${say("budget")} `, budget), items.map(({ label }) => label), left);
  return {
    root: items.length ? set : null,
    bought,
    reset: () => {
      items.forEach(({ input }) => (input.checked = false));
      budget.value = all;
      renew();
    },
  };
}

/** Make the seed, which is always shown. */
export function makeSeed(changed) {
  const input = h("input", { type: "number", min: 0, max: data.mostSeed, value: data.seed, id: "seed", onchange: changed });
  const another = h("button", { type: "button" }, say("another"));
  another.addEventListener("click", () => {
    input.value = (whole(input, 0, data.mostSeed) + 1) % data.mostSeed;
    changed();
  });
  return {
    root: h("div", { class: "seed" }, h("label", {}, `${say("seed")} `, input), another, h("small", {}, say("seed.hint"))),
    chosen: () => whole(input, 0, data.mostSeed),
    reset: () => (input.value = data.seed),
  };
}
