// The source: a document, with the words that an answer stands on marked in it.
import { get } from "./api.js";
import { button, make, narrow } from "./dom.js";
import { failure } from "./failure.js";
import { placeOf } from "./layout.js";
import { PageView } from "./picture.js";
import { setting } from "./store.js";
import { textView } from "./text.js";

export class Source {
  // `page` gives back() to where the reader was, step(by) to another citation, and front() to show the pane.
  constructor(pane, page) {
    this.pane = pane;
    this.page = page;
    this.head = pane.querySelector(".fn-source-head");
    this.body = pane.querySelector(".fn-source-body");
    this.empty = this.body.firstElementChild;
    this.looks = pane.querySelector(".fn-looks");
    this.steps = pane.querySelector(".fn-steps");
    // The number of the last request. What comes for another was asked before, and is not wanted.
    this.wanted = 0;
    pane.querySelector(".fn-back").addEventListener("click", () => page.back());
    pane.addEventListener("keydown", (event) => {
      if (event.key === "Escape") page.back();
    });
    this.looks.addEventListener("change", (event) => {
      setting("pdf", event.target.value);
      this.open(this.place, { moves: false });
    });
    for (const each of this.steps.querySelectorAll("button")) each.addEventListener("click", () => page.step(Number(each.value)));
  }

  clear() {
    this.wanted += 1;
    this.place = null;
    this.pane.removeAttribute("aria-busy");
    this.head.hidden = true;
    this.body.replaceChildren(this.empty);
  }

  // Show a place; `moves` tells whether the reader is taken there.
  async open(place, { moves }) {
    const number = ++this.wanted;
    this.place = place;
    this.page.front();
    this.pane.setAttribute("aria-busy", "true");
    try {
      const view = await get(`api/v1/documents/${encodeURIComponent(place.document_id)}/view`, parametersOf(place));
      const picture = await this.#picture(view, place, number);
      if (number === this.wanted) this.#show(view, place, picture, moves);
    } catch (error) {
      if (number === this.wanted) this.#fail(error);
    }
    if (number === this.wanted) this.pane.removeAttribute("aria-busy");
  }

  // A PDF's page, where it can be shown and is wanted. Its text is there in any case.
  async #picture(view, place, number) {
    if (view.document.media_type !== "application/pdf" || setting("pdf") === "text" || place.around !== undefined) return null;
    if (number === this.wanted) {
      this.#head(view, place);
      this.body.replaceChildren(make("p", { class: "fn-busy", role: "status" }, "Drawing the page", make("i"), make("i"), make("i")));
    }
    return PageView.of(view.document, place.page || view.page || 1, place).catch((error) => ({ missing: error.message }));
  }

  #show(view, place, picture, moves) {
    const pictured = picture instanceof PageView;
    this.#head(view, place);
    for (const input of this.looks.querySelectorAll("input")) input.checked = (input.value === "page") === pictured;
    const changed = place.quote !== undefined && quoted(view) !== place.quote;
    const notes = [
      changed ? "This document has changed since it was quoted, so nothing is marked. Ask again for its present words." : null,
      picture?.missing ? `Its pages cannot be shown: ${picture.missing}. This is its text.` : null,
    ];
    this.body.replaceChildren(
      ...notes.filter(Boolean).map((text) => make("p", { class: "fn-notice", role: "status" }, text)),
      ...(pictured ? [picture.node] : this.#text(view, place, changed)),
    );
    if (pictured) picture.centre();
    this.#settle(view, place, moves);
  }

  #head({ document, section, page, page_label }, place) {
    this.head.hidden = false;
    this.head.querySelector(".fn-source-title").textContent = document.title;
    const where = [document.name, placeOf({ section, page, page_label })];
    this.head.querySelector(".fn-source-place").textContent = where.filter(Boolean).join(" · ");
    this.looks.hidden = document.media_type !== "application/pdf";
    this.#step(place.position);
  }

  #text(view, place, changed) {
    const { document, start, end } = view;
    const more = (label, around) => button(label, () => this.open({ document_id: document.id, around, also: [] }, { moves: true }), { class: "fn-more" });
    return [
      ...(start > 0 ? [more("Earlier text", start)] : []),
      textView(view.blocks, !changed),
      ...(end < document.length ? [more("Later text", end)] : []),
    ];
  }

  #step(position) {
    this.steps.hidden = !position || position.of < 2;
    if (position) this.steps.querySelector("span").textContent = `${position.at} of ${position.of}`;
  }

  #settle(view, place, moves) {
    const marked = this.body.querySelector('[data-mark="current"]');
    const shown = place.around === undefined ? null : blockAt(this.body, view, place.around);
    const scroll = () => {
      const target = marked || shown;
      this.body.scrollTop = target ? target.getBoundingClientRect().top - this.body.getBoundingClientRect().top + this.body.scrollTop - this.body.clientHeight / 4 : 0;
    };
    scroll();
    if (!moves) return;
    this.body.focus({ preventScroll: true });
    if (narrow()) this.pane.scrollIntoView({ block: "start" });
  }

  #fail(error) {
    this.head.hidden = true;
    this.body.replaceChildren(failure(error));
  }
}

function parametersOf({ start, end, also, around }) {
  return { start, end, around, also: also.map((each) => `${each.start}:${each.end}`) };
}

function quoted(view) {
  return view.blocks.flatMap((block) => block.parts).filter((part) => part.mark === "current").map((part) => part.text).join("");
}

function blockAt(body, view, around) {
  let at = view.start;
  const found = view.blocks.findIndex((block) => (at += block.parts.reduce((sum, part) => sum + [...part.text].length, 0)) > around);
  return body.querySelector(`[data-block="${found}"]`);
}
