/** What acts about two lines on the same luck share: their picture, their runs and ledgers. */

import { data, say } from "../words.js";
import { earned, titleOf } from "../plant.js";
import { makePair } from "../pair.js";
import { replayed } from "../replay.js";

/** Draw both lines of an act. */
export function pairOf(key, { rates }) {
  const picture = makePair();
  picture.show(rates.map((paces, side) => ({
    title: say(`${key}.line_${side + 1}`),
    stages: data.stages.map(({ name }, place) => ({ name, title: titleOf(name), rate: paces[place] })),
  })));
  return picture;
}

/** The runs of both lines, played at the same time. */
export function runsOf({ runs }) {
  const both = runs.map(replayed);
  return { runs: both, hours: both[0].hours, before: 0 };
}

/** The ledger of one of both lines: means over all replications. */
export function ledgerOf({ paces, inside, cost }, side) {
  const ledger = { ...earned(paces[side].mean), inside: inside[side].mean };
  return cost === undefined ? ledger : { ...ledger, spent: cost };
}
