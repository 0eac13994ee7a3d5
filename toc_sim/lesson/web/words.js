/** What the page says, in its language: every sentence stands in one file of words. */

const given = JSON.parse(document.getElementById("lesson-data").textContent);

/** All that the page was given: words, the line of cups, its tools and prices. */
export const data = given;

const plural = new Intl.PluralRules(given.language);

/**
 * Say a sentence.
 *
 * @param {string} key Where it stands in the file of words.
 * @param {Object<string, string|number>} parts What is put in where braces stand; `count`
 *     chooses between one, few and many.
 */
export function say(key, parts = {}) {
  const found = given.words[key];
  if (found === undefined) throw new Error(`no words for ${key}`);
  const text = typeof found === "string" ? found : found[plural.select(parts.count)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    if (!(name in parts)) throw new Error(`${key}: no ${name}`);
    return String(parts[name]);
  });
}

/** Whether there are words for a key. */
export function hasWords(key) {
  return key in given.words;
}

/** Write a figure with so many digits after the point. */
export function figure(value, digits = 2) {
  return new Intl.NumberFormat(given.language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value);
}

/** Write a difference: with a plus where it is more, or nothing. */
export function difference(value, digits = 2) {
  const text = figure(value, digits);
  return value < 0 && !/^0[.,]?0*$/.test(text) ? text.replace("-", "−") : `+${text}`;
}

/** Write an amount of money, whole. */
export function money(value) {
  return `${figure(value, 0)} ${given.currency}`;
}

/** Join names as one says them. */
export function listed(names) {
  return new Intl.ListFormat(given.language).format(names);
}
