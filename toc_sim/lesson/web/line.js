/**
 * A line of stages without chance, computed from cup to cup.
 *
 * Each stage works on one cup at a time, and the first always has paper. A cup begins when
 * the cup before it has left the stage and it has come from the stage before; it leaves when
 * it is finished and there is room behind (blocking after service). So every moment is the
 * later of two earlier ones plus a time of work: a max-plus recurrence, as in Buzacott and
 * Shanthikumar 1993, "Stochastic Models of Manufacturing Systems", ch. 5.
 */

/** Cups that are computed at most: an hour of a very fast line has no more. */
const MOST_CUPS = 200_000;

/**
 * Compute what a line does.
 *
 * @param {{rate: number, buffer?: number}[]} stages In order: cups per hour, and cups that
 *     may wait before it (none given: any number).
 * @param {number} hours How long it is counted, from hour 0 on.
 * @param {number} before How long it runs before that, from an empty line on [hours].
 * @returns {{begin: Float64Array[], end: Float64Array[], leave: Float64Array[],
 *     cups: number, hours: number, before: number}} For each stage when each cup begins, is finished and
 *     leaves; cups that begin nowhere within that time are left out.
 */
export function runLine(stages, hours, before = 0) {
  const size = Math.min(MOST_CUPS, Math.ceil((before + hours) * stages[0].rate) + 2);
  const make = () => stages.map(() => new Float64Array(size));
  const [begin, end, leave] = [make(), make(), make()];
  const last = stages.length - 1;
  let cups = 0;
  for (; cups < size; cups += 1) {
    const cup = cups;
    stages.forEach(({ rate }, place) => {
      const free = cup > 0 ? leave[place][cup - 1] : -before;
      const come = place > 0 ? end[place - 1][cup] : -before;
      const room = roomFor(stages, leave, place, cup);
      // what comes leaves the stage before when there is room, and begins at once or waits
      if (place > 0) leave[place - 1][cup] = Math.max(come, room);
      begin[place][cup] = Math.max(free, place > 0 ? leave[place - 1][cup] : -before);
      end[place][cup] = begin[place][cup] + 1 / rate;
    });
    leave[last][cup] = end[last][cup];
    if (begin[0][cup] > hours) break;
  }
  return { begin, end, leave, cups, hours, before };
}

/** When there is room before a stage for a cup: when an earlier one has begun there. */
function roomFor(stages, leave, place, cup) {
  const { buffer } = stages[place];
  const ahead = cup - 1 - (buffer ?? Infinity);
  return ahead >= 0 ? leave[place][ahead] : -Infinity;
}

/**
 * Count the cups that are bought within a time.
 *
 * @param {ReturnType<typeof runLine>} run What the line has done.
 * @param {number} from From this moment on [hours].
 * @param {number} to To this moment, which counts as well [hours].
 */
export function bought(run, from, to) {
  const moments = run.end.at(-1).subarray(0, run.cups);
  return countUpTo(moments, to) - countUpTo(moments, from);
}

/** Count the cups in the line at a moment: those that have begun and are not bought. */
export function inside(run, at) {
  const begun = countUpTo(run.begin[0].subarray(0, run.cups), at);
  return begun - countUpTo(run.end.at(-1).subarray(0, run.cups), at);
}

/** Return which cups a stage holds, and which wait before it, at a moment: those up to each. */
export function heldBy(run, place, now) {
  const upTo = (moments) => countUpTo(moments.subarray(0, run.cups), now);
  const begun = upTo(run.begin[place]);
  const gone = upTo(run.leave[place]);
  const come = place > 0 ? upTo(run.leave[place - 1]) : begun;
  return { gone, begun, come };
}

/** Count the moments up to one; they ascend. */
export function countUpTo(moments, at) {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (moments[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Name the constraint of a line without chance: the slowest stage, or all that are as slow.
 *
 * @param {{name: string, rate: number}[]} stages In order.
 * @returns {string[]} One name, or several where they tie.
 */
export function constraintOf(stages) {
  const least = Math.min(...stages.map(({ rate }) => rate));
  return stages.filter(({ rate }) => rate === least).map(({ name }) => name);
}
