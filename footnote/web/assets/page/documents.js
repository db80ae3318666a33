// The list of documents: search it, open one, choose those that a question is asked of.
import { get } from "./api.js";
import { button, counted, make } from "./dom.js";

const AT_ONCE = 50;
const KINDS = {
  "application/pdf": "PDF",
  "text/plain": "Text",
  "text/markdown": "Markdown",
  "text/x-rst": "reStructuredText",
  "text/html": "HTML",
  "text/csv": "CSV",
  "text/tab-separated-values": "TSV",
  "application/json": "JSON",
  "application/jsonl": "JSON lines",
  "message/rfc822": "Mail",
  "application/epub+zip": "EPUB",
  "application/rtf": "RTF",
  "application/vnd.oasis.opendocument.text": "OpenDocument",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
};

export function kindOf(mediaType) {
  return KINDS[mediaType] || mediaType;
}

export class Documents {
  // `page` is told of changes of the choice, and opens a document.
  constructor(pane, page) {
    this.page = page;
    this.chosen = new Set();
    this.list = pane.querySelector(".fn-list");
    this.told = pane.querySelector(".fn-list-told");
    this.more = pane.querySelector(".fn-list-more");
    this.words = pane.querySelector("#fn-words");
    this.kind = pane.querySelector("#fn-kind");
    this.order = pane.querySelector("#fn-order");
    this.number = 0;
    let waiting = 0;
    this.words.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.load(), 150);
    });
    for (const choice of [this.kind, this.order]) choice.addEventListener("change", () => this.load());
    this.more.addEventListener("click", () => this.load(this.list.children.length));
  }

  kinds(mediaTypes) {
    const options = Object.entries(mediaTypes).map(([type, count]) => make("option", { value: type }, `${kindOf(type)} (${count})`));
    this.kind.replaceChildren(make("option", { value: "" }, "All kinds"), ...options);
  }

  async load(offset = 0) {
    const number = ++this.number;
    let found;
    try {
      found = await get("api/v1/documents", { offset, limit: AT_ONCE, words: this.words.value.trim(), media_type: this.kind.value, order: this.order.value });
    } catch (error) {
      this.told.textContent = error.message;
      return;
    }
    // Another search was begun meanwhile.
    if (number !== this.number) return;
    if (!offset) this.list.replaceChildren();
    this.list.append(...found.documents.map((each) => this.#row(each)));
    this.told.textContent = found.total ? counted(found.total, "document") : "No document is called that.";
    this.more.hidden = this.list.children.length >= found.total;
  }

  choose(names) {
    this.chosen = new Set(names);
    for (const box of this.list.querySelectorAll("input")) box.checked = this.chosen.has(box.value);
    this.page.chosen([...this.chosen]);
  }

  #row(document) {
    const { id, name, title, media_type, length, pages, date, modified } = document;
    const box = make("input", { type: "checkbox", value: name, "aria-label": `Ask only of ${title}`, title: "Ask only of this" });
    box.checked = this.chosen.has(name);
    box.addEventListener("change", () => {
      if (box.checked) this.chosen.add(name);
      else this.chosen.delete(name);
      this.page.chosen([...this.chosen]);
    });
    const size = pages ? counted(pages, "page") : counted(length, "character");
    const told = [kindOf(media_type), size, date || modified.slice(0, 10)].join(" · ");
    const names = title === name ? [] : [make("span", { class: "fn-soft" }, name)];
    const opens = button([make("span", { class: "fn-title" }, title), ...names, make("span", { class: "fn-soft" }, told)], () => this.page.open({ document_id: id, also: [] }, { moves: true }), { class: "fn-document" });
    return make("li", {}, box, opens);
  }
}
