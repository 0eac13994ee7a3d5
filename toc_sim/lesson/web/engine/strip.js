/** The path strip: how much of the critical path each owner answers for. */

import { data, figure, say } from "../words.js";
import { h, tell } from "../dom.js";

/** A smaller share has no place on the strip [1]. */
const LEAST = 0.005;

/** What the engine says of all owners of time, the largest share first. */
function sharesOf(answer) {
  const nodes = Object.entries(answer.nodes).map(([name, { share }]) => [data.titles[name] ?? name, share]);
  const others = Object.entries(answer.other_shares ?? {}).map(([name, share]) => [data.titles[name] ?? name, share?.share ?? share]);
  return [...nodes, ...others].filter(([, share]) => share && share.mean >= LEAST).sort(([, one], [, other]) => other.mean - one.mean);
}

/** Write a share: in per cent, and between which it surely lies. */
function written(name, { mean, low, high }) {
  const [share, least, most] = [mean, low, high].map((value) => figure(100 * (value ?? mean), 0));
  const isExact = typeof low !== "number" || least === most;
  return isExact ? say("share", { name, share }) : say("share.between", { name, share, low: least, high: most });
}

/** Make the strip; call `renew` with each answer. */
export function makeStrip() {
  const bar = h("div", { class: "strip", "aria-hidden": "true" });
  const list = h("ol", { class: "shares" });
  const renew = (answer) => {
    const shares = sharesOf(answer);
    const texts = shares.map(([name, share]) => written(name, share));
    while (bar.children.length < shares.length) {
      bar.append(h("span", {}));
      list.append(h("li", {}));
    }
    [...bar.children].forEach((part, place) => {
      const share = shares[place]?.[1].mean ?? 0;
      part.style.width = `${100 * share}%`;
      tell(part, share > 0.08 ? String(place + 1) : "");
      const line = list.children[place];
      line.hidden = place >= shares.length;
      tell(line, texts[place] ?? "");
    });
  };
  return { root: h("div", {}, h("h3", {}, say("path")), bar, list), renew };
}
