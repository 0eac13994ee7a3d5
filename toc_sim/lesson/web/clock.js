/**
 * The clock of a run: it plays, pauses, steps, and stands still where nobody looks.
 *
 * Whoever asked for less motion gets steps and the end, and nothing that moves by itself.
 */

/** Hours of the line that pass in a second, by name. */
export const SPEEDS = { slow: 1, usual: 4, fast: 16 };

/** A step is this long [hours]. */
const STEP = 0.25;

export class Clock {
  #last = null;
  #wanted = 0;
  #seen = true;

  /**
   * @param {number} from Where it begins [hours].
   * @param {number} to Where it ends [hours].
   * @param {(now: number) => void} draw Called with each moment.
   * @param {(playing: boolean) => void} ended Called when it begins, pauses or ends.
   * @param {{slower?: number, step?: number}} [tempo] How many times slower than hours its
   *     time goes, and how long a step is.
   */
  constructor(from, to, draw, ended, { slower = 1, step = STEP } = {}) {
    Object.assign(this, { from, to, draw, ended, now: from, speed: SPEEDS.usual, playing: false });
    Object.assign(this, { slower, stepLength: step });
  }

  /** Whether nothing should move by itself. */
  static get isStill() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Stop while the picture is off screen, and go on when it is back. */
  watch(element) {
    new IntersectionObserver(([entry]) => {
      this.#seen = entry.isIntersecting;
    }).observe(element);
  }

  play() {
    if (this.now >= this.to) this.now = this.from;
    this.playing = true;
    this.#last = null;
    this.ended(true);
    this.#next();
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.#wanted);
    this.ended(false);
  }

  step() {
    this.pause();
    this.go(this.now + this.stepLength);
  }

  /** Go to the end at once. */
  finish() {
    this.pause();
    this.go(this.to);
  }

  /** Go to a moment. */
  go(now) {
    this.now = Math.min(this.to, Math.max(this.from, now));
    this.draw(this.now);
    if (this.now >= this.to && this.playing) this.pause();
    if (this.now >= this.to) this.ended(false);
  }

  #next() {
    this.#wanted = requestAnimationFrame((at) => {
      if (!this.playing) return;
      const passed = this.#last === null || !this.#seen ? 0 : (at - this.#last) / 1000;
      this.#last = at;
      // a page that was asleep goes on where it was, and does not jump
      if (passed > 0) this.go(this.now + (Math.min(passed, 0.1) * this.speed) / this.slower);
      if (this.playing) this.#next();
    });
  }
}
