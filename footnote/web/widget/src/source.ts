// A source: the words that something stands on, marked in the passage around them.
import { type Api } from "./api";
import { type Open, placeOf, type Quoted } from "./answer";
import { add, button, empty, icon, make } from "./dom";
import type { Around } from "./records";
import { BACK } from "./icons";
import type { Settings } from "./settings";
import { textsIn } from "./texts";

export class Source {
  readonly node = make("section", { class: "source", part: "source" });
  #loading: AbortController | null = null;

  // `closed` is told when the reader goes back.
  constructor(readonly api: Api, readonly settings: () => Settings, readonly closed: () => void) {
    this.node.hidden = true;
  }

  get isOpen(): boolean {
    return !this.node.hidden;
  }

  close(): void {
    this.#loading?.abort();
    this.#loading = null;
    this.node.hidden = true;
    empty(this.node);
  }

  // Show the quote at once, and what stands around it when it is there.
  readonly open: Open = (quoted) => {
    this.close();
    const { lang, sources } = this.settings();
    const texts = textsIn(lang);
    const place = placeOf(quoted, texts);
    const back = button({ class: "plain back" }, this.closed, icon(BACK), texts.back);
    const text = make("div", { class: "text", tabindex: 0, role: "group", "aria-label": quoted.title });
    const note = make("p", { class: "soft", role: "status" }, texts.loading);
    add(text, make("mark", { part: "mark" }, quoted.quote));
    add(this.node, back);
    add(this.node, make("p", { class: "title" }, quoted.title));
    if (place) add(this.node, make("p", { class: "soft" }, place));
    add(this.node, note);
    add(this.node, text);
    if (sources) add(this.node, this.#link(quoted));
    this.node.setAttribute("aria-label", texts.sources);
    this.node.hidden = false;
    back.focus();
    void this.#fill(quoted, text, note);
  };

  async #fill(quoted: Quoted, text: HTMLElement, note: HTMLElement): Promise<void> {
    const loading = (this.#loading = new AbortController());
    const texts = textsIn(this.settings().lang);
    let told = "";
    try {
      const around = await this.api.around(quoted.document_id, quoted.start, quoted.end, loading.signal);
      const parts = cut(around, quoted);
      if (parts.quote === quoted.quote) {
        text.insertBefore(document.createTextNode(parts.before), text.firstChild);
        add(text, parts.after);
        show(text);
      } else told = texts.changed;
    } catch {
      told = texts.alone;
    }
    if (loading.signal.aborted) return;
    empty(note);
    add(note, told);
  }

  #link({ document_id, start, end }: Quoted): HTMLElement {
    const texts = textsIn(this.settings().lang);
    const link = make("a", { class: "full", target: "_blank", rel: "noopener", part: "source-link" }, texts.full);
    add(link, make("span", { class: "unseen" }, ` (${texts.newTab})`));
    link.href = this.api.sourceLink(document_id, start, end);
    return link;
  }
}

// Cut a passage into what stands before a quote, the quote, and what comes after it.
function cut({ start, text }: Around, quoted: Quoted): { before: string; quote: string; after: string } {
  const from = unitsOf(text, 0, quoted.start - start);
  const to = unitsOf(text, from, quoted.end - quoted.start);
  return { before: text.slice(0, from), quote: text.slice(from, to), after: text.slice(to) };
}

// Offsets count code points, and JavaScript's strings are made of UTF-16 units: go so many code
// points on from a unit.
function unitsOf(text: string, from: number, points: number): number {
  let at = from;
  for (; points > 0 && at < text.length; points--) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

function show(text: HTMLElement): void {
  const mark = text.querySelector("mark")!;
  text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 4;
}
