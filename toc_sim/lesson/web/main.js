/** The lesson: all acts, free to move between, and the address that keeps what was bet. */

import { say } from "./words.js";
import { h, tell } from "./dom.js";
import { asHash, fromAddress, store } from "./state.js";
import { Auction } from "./acts/auction.js";
import { Balanced } from "./acts/balanced.js";
import { ClassRoom } from "./acts/class_room.js";
import { Dice } from "./acts/dice.js";
import { Exam } from "./acts/exam.js";
import { FirstCup } from "./acts/first_cup.js";
import { Goal } from "./acts/goal.js";
import { LineAct } from "./acts/line_act.js";
import { Rope } from "./acts/rope.js";
import { PathAct } from "./acts/path_act.js";
import { Transfer } from "./acts/transfer.js";

/** All acts in their order. */
const ACTS = [
  new FirstCup("make"),
  new Goal("goal"),
  new LineAct("as_is", [], [], "stage"),
  new LineAct("wrong_tool", [], ["new_machine_1"], "pace"),
  new LineAct("right_tool", [], ["new_machine_2"], "pace"),
  new LineAct("where_now", ["new_machine_2"], ["sales_training"], "stage"),
  new LineAct("outside", ["new_machine_2", "sales_training"], ["new_machine_3"], "stage"),
  new Auction("auction"),
  new Dice("chance"),
  new Rope("rope"),
  new PathAct("path"),
  new Balanced("balanced"),
  new Transfer("transfer"),
  new Exam("exam"),
];
const CLASS = new ClassRoom("class", ACTS.slice(1));
const PLACES = [...ACTS, CLASS];
const KEYS = PLACES.map(({ key }) => key);

const root = document.getElementById("act");
const links = PLACES.map(({ key }, place) => {
  const number = key === CLASS.key ? "" : `${place + 1} `;
  return h("button", { type: "button", "data-act": key, onclick: () => goTo(key) }, `${number}${say(`${key}.short`)}`);
});
const teacher = h("button", { type: "button", "aria-pressed": "false", onclick: () => store.change({ teacher: !store.state.teacher }) }, say("page.teacher"));
const hidden = h("button", { type: "button", "aria-pressed": "false", onclick: () => store.change({ hidden: !store.state.hidden }) }, say("page.hidden"));
const copied = h("span", { class: "copied", "aria-live": "polite" });
const copy = h("button", { type: "button", onclick: copyLink }, say("page.copy"));
document.getElementById("acts").append(...links);
document.getElementById("tools").append(copy, copied, teacher, hidden);

let open = null;

/** Open an act, and move there whoever reads by keyboard. */
function goTo(key) {
  store.change({ act: key });
  document.getElementById("question")?.focus();
}

async function copyLink() {
  const address = `${location.href.split("#")[0]}${asHash(store.state)}`;
  try {
    await navigator.clipboard.writeText(address);
    tell(copied, say("page.copied"));
  } catch {
    tell(copied, say("page.from_address")); // a file may not write to the clipboard everywhere
  }
}

function show(state) {
  if (open?.key !== state.act) {
    open?.leave();
    open = PLACES[KEYS.indexOf(state.act)];
    const after = KEYS[Math.min(KEYS.indexOf(state.act) + 1, KEYS.length - 1)];
    open.player = undefined;
    open.open(root, () => goTo(after));
  }
  links.forEach((link) => {
    const { act } = link.dataset;
    link.setAttribute("aria-current", act === state.act ? "step" : "false");
    link.classList.toggle("done", Boolean(state.done[act]));
  });
  document.body.classList.toggle("teaching", state.teacher);
  teacher.setAttribute("aria-pressed", String(state.teacher));
  hidden.setAttribute("aria-pressed", String(state.hidden));
  history.replaceState(null, "", asHash(state));
}

store.listen(show);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address holds bets, not places of the page
  document.getElementById("question").focus();
});
addEventListener("hashchange", () => store.change(fromAddress(location.hash, KEYS)));
store.change(fromAddress(location.hash, KEYS));
