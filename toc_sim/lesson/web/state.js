/**
 * What a pupil has done: one store, which the address of the page keeps.
 *
 * The part of the address behind # holds the act and all bets, so that a link is enough to
 * go on elsewhere, or to hand in: nothing is sent anywhere.
 */

/** Values that a bet may have in an address, before its act has looked at it. */
const SANE = /^[\w.+-]{1,90}$/;

class Store {
  #listeners = new Set();

  constructor() {
    this.state = { act: "", bets: {}, done: {}, teacher: false, hidden: false };
  }

  /** Change some of it, and tell whoever listens. */
  change(part) {
    this.state = { ...this.state, ...part };
    for (const listener of this.#listeners) listener(this.state, part);
  }

  /** Remember a bet, and that its act is not run yet. */
  bet(act, value) {
    const done = { ...this.state.done, [act]: false };
    this.change({ bets: { ...this.state.bets, [act]: String(value) }, done });
  }

  /** Forget the bet of an act. */
  forget(act) {
    const { [act]: _bet, ...bets } = this.state.bets;
    const { [act]: _done, ...done } = this.state.done;
    this.change({ bets, done });
  }

  /** Have a listener called with the state, and with what has changed. */
  listen(listener) {
    this.#listeners.add(listener);
  }
}

/** The state of this page. */
export const store = new Store();

/** Write the state as the part of an address behind #. */
export function asHash({ act, bets, teacher, hidden }) {
  const parts = new URLSearchParams({ act });
  for (const [key, value] of Object.entries(bets)) parts.set(`bet-${key}`, value);
  if (teacher) parts.set("teacher", "1");
  if (hidden) parts.set("hidden", "1");
  return `#${parts}`;
}

/**
 * Read the state from an address, or from the part behind #.
 *
 * @param {string} address What somebody opened or pasted; anything may stand in it.
 * @param {string[]} acts The keys of all acts: bets on others are left out.
 */
export function fromAddress(address, acts) {
  const parts = new URLSearchParams(address.slice(address.indexOf("#") + 1));
  const bets = {};
  for (const key of acts) {
    const value = parts.get(`bet-${key}`);
    if (value !== null && SANE.test(value)) bets[key] = value;
  }
  const act = acts.includes(parts.get("act")) ? parts.get("act") : acts[0];
  return { act, bets, teacher: parts.get("teacher") === "1", hidden: parts.get("hidden") === "1" };
}
