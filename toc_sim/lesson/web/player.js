/** What moves a run: play, pause, a step, its speed, and the end at once. */

import { figure, say } from "./words.js";
import { h, tell } from "./dom.js";
import { Clock, SPEEDS } from "./clock.js";

/**
 * Make the buttons of a run.
 *
 * @param {HTMLElement} picture The picture, which is drawn moment by moment.
 * @param {{hours: number, before: number, tempo?: object, words?: string,
 *     step?: (clock: Clock) => void}} run What is played; how fast, and the words for a
 *     moment of it, where those are not hours; and what a step is, if not a moment later.
 * @param {() => void} ended Called once, when the end is reached.
 */
export function makePlayer(picture, run, ended) {
  let isOver = false;
  const time = h("span", { class: "time" });
  const play = h("button", { type: "button", onclick: () => (clock.playing ? clock.pause() : clock.play()) });
  const clock = new Clock(
    -run.before,
    run.hours,
    (now) => {
      picture.cups(run, now);
      tell(time, now < 0 ? say("player.filling") : say(run.words ?? "player.hour", { hour: figure(now, 0), all: figure(run.hours, 0) }));
      if (now >= run.hours && !isOver) {
        isOver = true;
        ended();
      }
    },
    (playing) => tell(play, playing ? say("player.pause") : say("player.play")),
    run.tempo,
  );
  const speeds = Object.entries(SPEEDS).map(([key, speed]) => {
    const choose = () => {
      clock.speed = speed;
    };
    const input = h("input", { type: "radio", name: "speed", checked: clock.speed === speed, onchange: choose });
    return h("label", {}, input, say(`player.${key}`));
  });
  const step = h("button", { type: "button", onclick: () => (run.step ? run.step(clock) : clock.step()) }, say("player.step"));
  const end = h("button", { type: "button", onclick: () => clock.finish() }, say("player.end"));
  const group = h("fieldset", { class: "speeds" }, h("legend", {}, say("player.speed")), speeds);
  const root = h("div", { class: "player", role: "group", "aria-label": say("player.title") }, play, step, end, group, time);
  clock.watch(picture);
  clock.go(-run.before);
  tell(play, say("player.play"));
  return { root, clock, play, start: () => (Clock.isStill ? play.focus() : clock.play()) };
}
