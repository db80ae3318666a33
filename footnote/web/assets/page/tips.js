// What shows beside an element while it is pointed at or has the focus.
import { make, pointing } from "./dom.js";
import { placeOf } from "./layout.js";

const tip = make("div", { class: "fn-tip", role: "tooltip", id: "fn-tip", hidden: true });
const contents = new WeakMap();
let over = null;

export function startTips() {
  document.body.append(tip);
  // Where nothing can be pointed at, a tip would only lie over what is read.
  if (!pointing()) return;
  document.addEventListener("pointerover", (event) => show(tipped(event.target)));
  document.addEventListener("focusin", (event) => show(event.target.matches?.(":focus-visible") ? tipped(event.target) : null));
  document.addEventListener("focusout", hide);
  document.addEventListener("pointerleave", hide);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
}

// Give an element a tip; `content` makes it when it is needed.
export function tipOn(element, content) {
  contents.set(element, content);
  element.dataset.tip = "";
  element.setAttribute("aria-describedby", "fn-tip");
  return element;
}

export function citationTip(citation) {
  const place = placeOf(citation);
  return [
    make("q", { class: "fn-tip-quote" }, citation.quote),
    make("p", { class: "fn-tip-title" }, citation.title),
    make("p", { class: "fn-soft" }, [citation.document, place].filter(Boolean).join(" · ")),
  ];
}

function tipped(target) {
  return target.closest?.("[data-tip]") || null;
}

function show(element) {
  if (element === over) return;
  hide();
  if (!element || !contents.has(element)) return;
  over = element;
  tip.replaceChildren(...[contents.get(element)()].flat());
  tip.hidden = false;
  const at = element.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.left - 12), document.documentElement.clientWidth - width - 8);
  const below = at.bottom + 8 + height < window.innerHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - height - 8)}px`;
}

function hide() {
  over = null;
  tip.hidden = true;
}
