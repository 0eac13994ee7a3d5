/** The line of cups: its stages, what tools make of them, and what a shift brings. */

import { data, say } from "./words.js";
import { bought, constraintOf, inside, runLine } from "./line.js";

/** Hours before the count begins: the line fills. */
const BEFORE = data.warmup;

/** Return the stages as they stand after some tools were bought. */
export function stagesWith(tools) {
  const stages = data.stages.map((stage) => ({ ...stage, title: say(`stage.${stage.name}`) }));
  for (const key of tools) {
    const { stage, rate } = toolOf(key);
    stages.find(({ name }) => name === stage).rate = rate;
  }
  return stages;
}

/** Return a tool: what it costs, which stage it changes and to which pace. */
export function toolOf(key) {
  return data.tools.find((tool) => tool.name === key);
}

/** Return what some tools cost. */
export function spentOn(tools) {
  return tools.reduce((sum, key) => sum + toolOf(key).cost, 0);
}

/**
 * Run a shift with some tools.
 *
 * @param {string[]} tools What was bought before it.
 * @returns The run, its stages, and the ledger: cups an hour, money an hour, cups inside at
 *     the end, and what was paid for tools.
 */
export function shift(tools) {
  return shiftOf(stagesWith(tools), spentOn(tools));
}

/** Run a shift of some stages, for which tools were paid. */
export function shiftOf(stages, spent = 0) {
  const run = runLine(stages, data.horizon, BEFORE);
  const pace = bought(run, 0, data.horizon) / data.horizon;
  const ledger = { ...earned(pace), inside: inside(run, data.horizon), spent };
  return { stages, run, pace, constraint: constraintOf(stages), ledger };
}

/** Return what so many cups an hour earn: throughput, expense and profit an hour. */
export function earned(pace) {
  const throughput = pace * (data.price - data.variableCost);
  return { pace, throughput, expense: data.expense, profit: throughput - data.expense };
}

/** Return which part of the counted time each stage works, is blocked and waits. */
export function timesOf({ stages, run }) {
  return stages.map((_stage, place) => {
    let [works, blocked] = [0, 0];
    for (let cup = 0; cup < run.cups; cup += 1) {
      works += within(run.begin[place][cup], run.end[place][cup], run.hours);
      blocked += within(run.end[place][cup], run.leave[place][cup], run.hours);
    }
    const parts = { works: works / run.hours, blocked: blocked / run.hours };
    return { ...parts, waits: Math.max(0, 1 - parts.works - parts.blocked) };
  });
}

function within(from, to, hours) {
  return Math.max(0, Math.min(to, hours) - Math.max(from, 0));
}

/** How fast each stage of the line is that gives nothing away [cups an hour]. */
export const EQUAL_RATE = 10;

/** Return a line whose stages are all equally fast: nothing to guess in it. */
export function equalStages() {
  return stagesWith([]).map((stage) => ({ ...stage, rate: EQUAL_RATE }));
}

/** Whether a text is the name of a stage. */
export function isStage(name) {
  return data.stages.some((stage) => stage.name === name);
}

/** Return what a stage or tool is called. */
export function titleOf(name) {
  return toolOf(name) ? say(`tool.${name}`) : say(`stage.${name}`);
}
