/** Sliders: one for each parameter of the file, in the groups of its nodes. */

import { data, figure, hasWords, say } from "../words.js";
import { h, tell } from "../dom.js";

/** Steps from one end of a slider to the other. */
const STEPS = 200;

/** Digits after the point that tell neighbouring places of a slider apart. */
const digitsOf = ({ low, high, whole }) => (whole ? 0 : Math.max(0, Math.min(6, Math.ceil(-Math.log10((high - low) / STEPS || 1)))));

/** A place on a slider: equal steps of shares and counts, equal parts of all else. */
const isEven = ({ low, whole }) => whole || low <= 0;

function valueAt(slider, place) {
  const { low, high, whole } = slider;
  const part = place / STEPS;
  const value = isEven(slider) ? low + part * (high - low) : low * (high / low) ** part;
  const rounded = whole ? Math.round(value) : Number(value.toFixed(digitsOf(slider)));
  return Math.min(high, Math.max(low, rounded));
}

function placeOf(slider, value) {
  const { low, high } = slider;
  if (high <= low) return 0;
  return STEPS * (isEven(slider) ? (value - low) / (high - low) : Math.log(value / low) / Math.log(high / low));
}

/** What the keys of a parameter are called, and what is named within: a cost, a product. */
function called(keys) {
  for (let count = keys.length; count > 0; count -= 1) {
    const key = `key.${keys.slice(0, count).join(".")}`;
    if (!hasWords(key)) continue;
    const part = keys.slice(count).join(" ").replaceAll("_", " ");
    return part ? say("key.of", { name: say(key), part }) : say(key);
  }
  return keys.join(" ").replaceAll("_", " ");
}

/** What a parameter is called within its group. */
function nameOf({ path, node }) {
  const way = /^flow\.(?:(.+):)?(.+)->(.+?)(\.delay)?$/.exec(path);
  if (way) {
    const [, product, source, target, delay] = way;
    const [from, to] = [source, target].map((name) => data.titles[name] ?? name);
    return say(delay ? "way.delay" : "way.share", { source: product ? `${product}: ${from}` : from, target: to });
  }
  const keys = path.split(".");
  if (keys[0] === node) return called(keys.slice(1));
  if (keys[0] === "resources") return called(keys.slice(2));
  if (keys[0] === "economics") return called(keys.slice(1));
  return say("key.of", { name: called(keys.slice(2)), part: data.titles[keys[1]] ?? keys[1] });
}

/**
 * Make all sliders.
 *
 * @param {() => void} changed Called when one has moved.
 * @returns Their `root`, the `changes` from the file, and how to `reset` them.
 */
export function makeSliders(changed) {
  const values = new Map();
  const every = data.sliders.map((slider) => {
    const output = h("output", {});
    const input = h("input", { type: "range", min: 0, max: STEPS, step: "any", "data-path": slider.path });
    const show = () => {
      const value = values.get(slider.path) ?? slider.value;
      const text = figure(value, digitsOf(slider)) + ` ${slider.times ? say("times") : slider.unit}`.trimEnd();
      tell(output, text);
      input.setAttribute("aria-valuetext", text);
    };
    const set = (value) => {
      if (value === slider.value) values.delete(slider.path);
      else values.set(slider.path, value);
      show();
    };
    input.addEventListener("input", () => {
      set(valueAt(slider, Number(input.value)));
      changed();
    });
    input.addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!way) return;
      event.preventDefault();
      const before = values.get(slider.path) ?? slider.value;
      let place = Number(input.value);
      let value = before;
      while (value === before && place + way >= -1 && place + way <= STEPS + 1) value = valueAt(slider, (place += way));
      input.value = placeOf(slider, value);
      set(value);
      changed();
    });
    const reset = () => {
      input.value = placeOf(slider, slider.value);
      set(slider.value);
    };
    reset();
    return { slider, reset, label: h("label", { class: "slider" }, h("span", {}, nameOf(slider)), output, input) };
  });
  const groups = new Map();
  for (const { slider, label } of every) {
    if (!groups.has(slider.node)) groups.set(slider.node, []);
    groups.get(slider.node).push(label);
  }
  const sets = [...groups].map(([node, labels]) => h("fieldset", {}, h("legend", {}, node ? (data.titles[node] ?? node) : say("of_money")), labels));
  return {
    root: h("div", { class: "sliders" }, sets),
    changes: () => Object.fromEntries(values),
    reset: () => every.forEach(({ reset }) => reset()),
  };
}
