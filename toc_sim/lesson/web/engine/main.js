/** A scenario under the hand: whatever is moved, the engine says what comes of it. */

import { data, figure, say } from "../words.js";
import { h, tell } from "../dom.js";
import { makeAsker } from "./request.js";
import { makeNetwork } from "./network.js";
import { makeRelease, makeSeed, makeTools } from "./choices.js";
import { makeSliders } from "./sliders.js";
import { makeStrip } from "./strip.js";

const unit = data.paceUnit;
const network = makeNetwork();
const strip = makeStrip();
const sentence = h("p", { class: "verdict", id: "sentence" });
const throughput = h("p", { class: "figure", id: "throughput" });
const profit = h("p", { class: "figure", id: "profit" });
const settings = h("p", { class: "settings" });
const status = h("p", { class: "status" });

const release = makeRelease(changed);
const tools = makeTools(changed);
const sliders = makeSliders(changed);
const seed = makeSeed(changed);
const ask = makeAsker(question, show, refuse, (waits) => document.body.classList.toggle("asking", waits));

function changed() {
  ask();
}

/** What the server is asked now. */
function question() {
  return { changes: sliders.changes(), tools: tools.bought(), release: release.chosen(), seed: seed.chosen() };
}

function between({ mean, low, high }, confidence) {
  const [value, least, most] = [mean, low, high].map((each) => figure(each ?? mean));
  if (least === most) return say("throughput", { value, unit });
  return say("between", { value, unit, low: least, high: most, confidence: figure(100 * confidence, 0) });
}

function show(answer, took) {
  tell(sentence, answer.constraint.sentence);
  sentence.classList.remove("wrong");
  tell(throughput, between(answer.throughput, answer.confidence));
  tell(profit, answer.money ? say("profit", { value: figure(answer.money.net_profit.mean), unit: data.moneyUnit }) : "");
  tell(settings, say("settings", { horizon: data.window, count: answer.replications, seed: answer.seed, engine: answer.engine }));
  tell(status, say("took", { time: figure(took, 0) }));
  network.answer = answer;
  strip.renew(answer);
}

function refuse(reason, words) {
  const known = ["bad", "impossible", "busy", "too_long", "ours", "gone"];
  sentence.classList.add("wrong");
  tell(sentence, say(`refused.${known.includes(reason) ? reason : "bad"}`, { words }));
}

const reset = h("button", { type: "button" }, say("reset"));
reset.addEventListener("click", () => {
  [sliders, tools, release, seed].forEach((each) => each.reset());
  changed();
});

document.getElementById("tools").append(seed.root, reset);
document.getElementById("acts").append(h("a", { href: "/lesson" }, say("lesson")));
document.getElementById("act").append(
  h("h2", { tabindex: -1, id: "question" }, say("answer")),
  h("div", { class: "said", "aria-live": "polite" }, sentence, throughput, profit),
  network,
  strip.root,
  settings,
  status,
  h("div", { class: "hand" }, release.root, ...(tools.root ? [tools.root] : [])),
  h("h2", {}, say("sliders")),
  sliders.root,
);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.querySelector("input[type=range]")?.focus();
});
ask();
