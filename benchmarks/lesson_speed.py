"""How fast the page of the lesson is: frames with many cups, and what a slider takes.

    python benchmarks/lesson_speed.py

It needs Chromium. Frames are those that the browser draws while more than 400 cups are
on the line; a slider is moved 200 times, and each time is until its answer is drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

CUPS, SECONDS, MOVES = 520, 5, 200

FRAMES = """async ([cups, seconds]) => {
  const line = document.querySelector("toc-line");
  const stages = 5, each = cups / stages;
  // before each stage as many cups wait as are asked for, and one is worked on
  const rows = (of) => Array.from({ length: stages }, (_, place) =>
    Float64Array.from({ length: cups + 9 }, (_, cup) => of(place, cup)));
  const done = (place) => (stages - 1 - place) * each;
  const run = {
    begin: rows((place, cup) => (cup <= done(place) ? 0 : 1e6)),
    end: rows((place, cup) => (cup < done(place) ? 0 : 1e6)),
    leave: rows((place, cup) => (cup < done(place) ? 0 : 1e6)),
    cups: cups + 1, hours: 1e6, before: 0,
  };
  let frames = 0, drawn = 0;
  const end = performance.now() + 1000 * seconds;
  await new Promise((resolve) => {
    const next = (now) => {
      frames += 1;
      line.cups(run, 1 + frames / 1e3);
      if (now < end) requestAnimationFrame(next); else resolve();
    };
    requestAnimationFrame(next);
  });
  drawn = line.querySelector(".cups").getAttribute("d").split("M").length - 1;
  return [frames / seconds, drawn];
}"""

SLIDER = """async (moves) => {
  const slider = document.querySelector("input[type=range]");
  const times = [];
  for (let move = 0; move < moves; move += 1) {
    const begin = performance.now();
    slider.value = (move % 32) / 2;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
    times.push(performance.now() - begin);
  }
  return times;
}"""


def main() -> None:
    """Measure, and print."""
    from helpers.lesson import lesson_at

    window = {"width": 1280, "height": 900}
    with lesson_at("wrong_tool", viewport=window) as page:
        frames, drawn = page.evaluate(FRAMES, [CUPS, SECONDS])
        print(f"{frames:.0f} frames a second with {drawn} cups drawn")
        times = page.evaluate(SLIDER, MOVES)
        print(f"a slider answers within {np.quantile(times, 0.95):.0f} ms (p95)")


if __name__ == "__main__":
    main()
