// What a page gets: the element, the name `Footnote`, and, where the tag has data-widget, a chat in
// the corner. Loaded twice, in whatever version, the first one stays.
import { baseOf, FootnoteChat, NAME } from "./element";

type Found = FootnoteChat | null;

// The chat in the corner, else the first in the page.
function found(): Found {
  return (document.querySelector(`${NAME}[launcher]`) || document.querySelector(NAME)) as Found;
}

function destroy(): void {
  for (let chat = found(); chat; chat = found()) chat.remove();
}

function define(): void {
  if (customElements.get(NAME)) return;
  customElements.define(NAME, FootnoteChat);
  if (Object.prototype.hasOwnProperty.call(window, "Footnote")) {
    console.warn("Footnote: this page has a name Footnote of its own, which stays; use the methods of the element");
    return;
  }
  const value = Object.freeze({
    open: () => found()?.open(),
    close: () => found()?.close(),
    ask: async (question: string) => (await found()?.ask(question)) ?? null,
    destroy,
  });
  Object.defineProperty(window, "Footnote", { value, configurable: true });
}

// Put the chat of a script's tag in the corner, once.
function place(tag: HTMLScriptElement, id: string): void {
  const there = document.querySelector(`${NAME}[launcher]`);
  if (there) {
    if (there.getAttribute("widget") !== id) console.warn(`Footnote: the chat "${there.getAttribute("widget")}" is in the corner of this page already; "${id}" is left out`);
    return;
  }
  const chat = document.createElement(NAME);
  for (let at = 0; at < tag.attributes.length; at++) {
    const { name, value } = tag.attributes[at];
    if (name.startsWith("data-") && name !== "data-widget") chat.setAttribute(name, value);
  }
  if (!tag.hasAttribute("data-server")) chat.setAttribute("data-server", baseOf(tag.src));
  chat.setAttribute("widget", id);
  chat.setAttribute("launcher", "");
  document.body.appendChild(chat);
}

const tag = document.currentScript;
define();
if (tag instanceof HTMLScriptElement && tag.hasAttribute("data-widget")) {
  const placed = () => place(tag, tag.getAttribute("data-widget")!);
  if (document.body) placed();
  else document.addEventListener("DOMContentLoaded", placed, { once: true });
}
