/** Runs of the engine, as the page was given them: the same shape as a run of its own. */

import { data } from "./words.js";

/** The page is told moments in these [parts of an hour]. */
const PARTS = data.chance.parts;

/**
 * Unpack a run of the engine.
 *
 * @param {{first: number, hours: number, followed: number, begin: number[][],
 *     work: number[][], held: Object<string, number>[]}} given By stage: when work on each
 *     cup begins, how long it takes and how long the cup is held afterwards.
 * @returns {ReturnType<import("./line.js").runLine> & {first: number, followed: number}} When
 *     each cup begins, is finished and leaves: never, where that is after the end.
 */
export function replayed({ first, hours, followed, begin, work, held }) {
  const cups = begin[0].length;
  const inHours = (moments) => Float64Array.from({ length: cups }, (_, cup) => (moments[cup] ?? Infinity) / PARTS);
  const ends = begin.map((stage, place) => stage.map((from, cup) => after(from, work[place][cup])));
  const leaves = ends.map((stage, place) => stage.map((end, cup) => (cup in held[place] ? after(end, held[place][cup]) : end)));
  const [begins, ended, left] = [begin, ends, leaves].map((stages) => stages.map(inHours));
  return { begin: begins, end: ended, leave: left, cups, hours, before: 0, first, followed: followed - first };
}

/** What has not ended has no length, and ends after all that is shown. */
function after(from, long) {
  return long === null ? Infinity : from + long;
}
