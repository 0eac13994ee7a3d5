/** Asks the server what the engine says: one request at a time, and only the latest. */

/** After so long without a new value a request is sent [ms]. */
const QUIET = 40;

/** A busy server is asked again after this [ms]. */
const AGAIN = 1000;

/**
 * Make what asks.
 *
 * @param {() => object} question Returns what is to be asked now.
 * @param {(answer: object, took: number) => void} answered Called with the engine's answer.
 * @param {(reason: string, words: string) => void} refused Called where there is none.
 * @param {(waits: boolean) => void} waiting Called when a request begins and ends.
 * @returns {() => void} To be called whenever the question has changed.
 */
export function makeAsker(question, answered, refused, waiting) {
  let timer = 0;
  let isOpen = false;
  let isStale = false;

  async function ask() {
    isOpen = true;
    isStale = false;
    waiting(true);
    const start = performance.now();
    let found = null;
    try {
      const response = await fetch("/answer", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question()) });
      found = await response.json();
    } catch {
      found = { refused: "gone", words: "" };
    }
    isOpen = false;
    waiting(false);
    if (isStale) soon(0);
    else if (!found.refused) answered(found, performance.now() - start);
    else {
      refused(found.refused, found.words);
      if (found.refused === "busy") soon(AGAIN);
    }
  }

  function soon(wait) {
    clearTimeout(timer);
    timer = setTimeout(() => (isOpen ? (isStale = true) : ask()), wait);
  }

  return () => soon(QUIET);
}
