// The list of documents: search it, open one, choose those that a question is asked of.
import { get } from "./api.js";
import { button, counted, make, pointing } from "./dom.js";

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
    // What is known of documents, by their names.
    this.known = new Map();
    this.list = pane.querySelector(".fn-list");
    this.told = pane.querySelector(".fn-list-told");
    this.more = pane.querySelector(".fn-list-more");
    this.words = pane.querySelector("#fn-words");
    this.kind = pane.querySelector("#fn-kind");
    this.order = pane.querySelector("#fn-order");
    this.number = 0;
    this.loaded = 0;
    this.total = 0;
    // Whether a row stands at the top that is not chosen any more.
    this.stale = false;
    let waiting = 0;
    this.words.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.load(), 150);
    });
    for (const choice of [this.kind, this.order]) choice.addEventListener("change", () => this.load());
    this.more.addEventListener("click", () => this.load(this.loaded));
    // A row does not move from under the pointer or the focus.
    for (const leaving of ["focusout", "pointerleave"]) this.list.addEventListener(leaving, () => queueMicrotask(() => this.#raise()));
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
    this.loaded = offset + found.documents.length;
    this.total = found.total;
    for (const each of found.documents) this.known.set(each.name, each);
    this.list.append(...found.documents.filter((each) => !this.#rowOf(each.name)).map((each) => this.#row(each)));
    this.more.hidden = this.loaded >= found.total;
    this.#raise();
    this.#tell();
  }

  choose(names) {
    this.stale ||= [...this.chosen].some((name) => !names.includes(name));
    this.chosen = new Set(names);
    for (const box of this.list.querySelectorAll("input")) box.checked = this.chosen.has(box.value);
    this.#changed();
  }

  // Learn of documents that are known by name alone, as those of a link.
  async learn(names) {
    await Promise.all(names.filter((name) => !this.known.has(name)).map(async (name) => {
      const { documents } = await get("api/v1/documents", { words: name, limit: 100 }).catch(() => ({ documents: [] }));
      const found = documents.find((each) => each.name === name);
      if (found) this.known.set(name, found);
    }));
  }

  titleOf(name) {
    return this.known.get(name)?.title || name;
  }

  // The chosen ones stand at the top, whatever is searched for.
  #raise() {
    if ((pointing() && this.list.matches(":hover")) || this.list.contains(document.activeElement)) return;
    if (this.stale) {
      this.stale = false;
      this.load();
      return;
    }
    const rows = [...this.chosen].filter((name) => this.known.has(name)).map((name) => this.#rowOf(name) || this.#row(this.known.get(name)));
    if (rows.some((row, at) => this.list.children[at] !== row)) this.list.prepend(...rows);
  }

  #rowOf(name) {
    return [...this.list.children].find((row) => row.firstChild.value === name);
  }

  #changed() {
    this.#raise();
    this.#tell();
    this.page.chosen([...this.chosen].map((name) => ({ name, title: this.titleOf(name) })));
  }

  #tell() {
    const found = this.total ? counted(this.total, "document") : "No document is called that.";
    this.told.textContent = [found, this.chosen.size ? `${this.chosen.size} chosen` : null].filter(Boolean).join(" · ");
  }

  #row(document) {
    const { id, name, title, media_type, length, pages, date, modified } = document;
    const box = make("input", { type: "checkbox", value: name, "aria-label": `Ask only of ${title}`, title: "Ask only of this" });
    box.checked = this.chosen.has(name);
    box.addEventListener("change", () => {
      if (box.checked) this.chosen.add(name);
      else {
        this.chosen.delete(name);
        this.stale = true;
      }
      this.#changed();
    });
    const size = pages ? counted(pages, "page") : counted(length, "character");
    const told = [kindOf(media_type), size, date || modified.slice(0, 10)].join(" · ");
    const names = title === name ? [] : [make("span", { class: "fn-soft" }, name)];
    const opens = button([make("span", { class: "fn-title" }, title), ...names, make("span", { class: "fn-soft" }, told)], () => this.page.open({ document_id: id, also: [] }, { moves: true }), { class: "fn-document" });
    return make("li", {}, box, opens);
  }
}
