/** Pieces of the page: elements made in one line, and changed without being made anew. */

const SVG = "http://www.w3.org/2000/svg";

/** Make an element of HTML: `h("button", { class: "bet", onclick }, "Bet")`. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make an element of SVG, likewise. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  setAll(element, attributes);
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set attributes; what begins with "on" is called, false and null take one away. */
export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === false || value === null || value === undefined) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : value);
  }
}

/** Put a text into an element only where it is another one: who reads it hears it once. */
export function tell(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
