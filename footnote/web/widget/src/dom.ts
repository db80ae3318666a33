// Build elements from data. Text goes in as text nodes only; nothing here parses markup.
//
// The page that the widget stands on may have changed Array.prototype, its iterator too. So
// nowhere in the widget is a method of an array called, or an array spread or iterated: arrays
// are gone through by index, and what is added is put at their length.

export type Child = Node | string | null | undefined;
export type Attributes = Record<string, string | number | null>;

const SVG = "http://www.w3.org/2000/svg";

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes | null,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  set(node, attributes);
  for (let at = 0; at < children.length; at++) add(node, children[at]);
  return node;
}

export function add(node: Node, child: Child): void {
  if (child === null || child === undefined || child === "") return;
  node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
}

export function button(
  attributes: Attributes | null,
  pressed: (event: Event) => void,
  ...children: Child[]
): HTMLButtonElement {
  const node = make("button", attributes);
  node.type = "button";
  node.addEventListener("click", pressed);
  for (let at = 0; at < children.length; at++) add(node, children[at]);
  return node;
}

// An icon of 24 by 24 units, drawn in the colour of the text around it.
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  set(svg, { viewBox: "0 0 24 24", "aria-hidden": "true" });
  const line = document.createElementNS(SVG, "path");
  set(line, { d: path });
  svg.appendChild(line);
  return svg;
}

export function empty(node: Node): void {
  while (node.lastChild) node.removeChild(node.lastChild);
}

export function set(node: Element, attributes: Attributes | null): void {
  const names = attributes ? Object.keys(attributes) : [];
  for (let at = 0; at < names.length; at++) {
    const value = attributes![names[at]];
    if (value !== null) node.setAttribute(names[at], String(value));
  }
}
