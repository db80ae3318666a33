// An answer: its statements with their numbers, what they stand on, what was nearest.
import { add, button, make } from "./dom";
import type { Answer, Citation, Passage, Place } from "./records";
import { fixedIn, saidIn } from "./said";
import { snippetOf } from "./snippet";
import { fill, type Texts } from "./texts";

// What may be looked up: the words of a document that something stands on.
export interface Quoted extends Place {
  title: string;
  section: string | null;
  page: number | null;
  page_label: string | null;
  quote: string;
}

export type Open = (quoted: Quoted, opener: HTMLElement) => void;

// Of the nearest passages, so many are shown.
const NEAREST = 3;

// `alone` asks the question by itself, where it is not meant as it was understood.
export function answerBody(answer: Answer, texts: Texts, open: Open, alone: () => void): DocumentFragment {
  const body = document.createDocumentFragment();
  if (answer.asked_as) {
    const notMeant = button({ class: "alone", title: texts.byItself }, alone, texts.notMeant);
    add(body, make("p", { class: "soft" }, fill(texts.understood, answer.asked_as), " ", notMeant));
  }
  if (answer.conflicts.length) add(body, make("p", { class: "conflict", part: "conflict" }, texts.disagree));
  add(body, new Paragraphs(answer, texts, open).node);
  const { mode, note, text } = answer;
  const tell = (told: string) => add(body, make("p", { class: "soft by", part: "note" }, told));
  if (mode === "generated") tell(texts.written);
  // Where it stands in the text already, it is told.
  if (note && !text.includes(note)) tell(fixedIn(texts.lang, note));
  return body;
}

// Questions to choose from, each asked when it is pressed.
export function questionList(questions: string[], texts: Texts, part: string, ask: (question: string) => void): HTMLElement {
  const list = make("ul", { "aria-label": texts.suggested, part });
  for (let at = 0; at < questions.length; at++) add(list, make("li", null, button({ class: "chip" }, () => ask(questions[at]), questions[at])));
  return list;
}

// What stands below an answer: what to ask instead, its sources, or what came nearest.
export function answerSources(answer: Answer, texts: Texts, open: Open, ask: (question: string) => void): DocumentFragment {
  const body = document.createDocumentFragment();
  const { citations, passages, suggestions } = answer;
  if (suggestions?.length) add(body, questionList(suggestions, texts, "suggestions", ask));
  const many = answer.status === "not_found" ? Math.min(passages.length, NEAREST) : citations.length;
  if (!many) return body;
  const nearest = answer.status === "not_found";
  const name = nearest ? texts.nearest : texts.sources;
  const list = make("ol", { "aria-label": name, part: nearest ? "nearest" : "sources" });
  for (let at = 0; at < many; at++) {
    add(list, make("li", null, nearest ? passageRow(passages[at], open) : sourceRow(citations[at], texts, open)));
  }
  const sure = answer.status === "answered" ? make("span", { part: "confidence" }, sureness(answer, texts)) : null;
  add(body, make("p", { class: "small" }, make("span", null, name), sure && " · ", sure));
  add(body, list);
  return body;
}

function sureness({ confidence }: Answer, texts: Texts): string {
  return confidence >= 0.8 ? texts.sure : confidence >= 0.6 ? texts.probable : texts.unsure;
}

function sourceRow(citation: Citation, texts: Texts, open: Open): HTMLElement {
  const place = placeOf(citation, texts);
  return button(
    { class: "row" },
    (event) => open(citation, event.currentTarget as HTMLElement),
    make("span", { class: "number" }, String(citation.number)),
    make("span", { class: "title" }, citation.title),
    make("span", { class: "quote" }, citation.quote),
    place ? make("span", { class: "soft" }, place) : null,
  );
}

function passageRow(passage: Passage, open: Open): HTMLElement {
  const quoted = { ...passage, section: null, page: null, page_label: null, quote: passage.text };
  return button(
    { class: "row" },
    (event) => open(quoted, event.currentTarget as HTMLElement),
    make("span", { class: "title" }, passage.title),
    make("span", { class: "quote" }, snippetOf(passage)),
  );
}

type Placed = Pick<Citation, "section" | "page" | "page_label">;

export function placeOf({ section, page, page_label }: Placed, texts: Texts): string {
  const paged = page ? fill(texts.page, page_label || page) : "";
  return section && paged ? `${section} · ${paged}` : section || paged;
}

// The text of an answer, cut where its lines break, with a number after each statement. What the
// documents say differently stands apart, each with its document's title.
class Paragraphs {
  readonly node = document.createDocumentFragment();
  #line: HTMLElement | null = null;
  #short: string | null;

  constructor(readonly answer: Answer, readonly texts: Texts, readonly open: Open) {
    const { text, statements } = answer;
    this.#short = answer.short_answer;
    let at = 0;
    for (let each = 0; each < statements.length; each++) {
      const { text: words, citations } = statements[each];
      const shown = saidIn(texts.lang, statements[each]);
      const found = text.indexOf(words, at);
      if (found < 0) continue;
      this.#between(text.slice(at, found));
      at = found + words.length;
      const side = this.#isSide(citations);
      if (side) this.#line = this.#begun("said side");
      if (statements[each].unsupported) this.#put(make("span", { class: "unsupported", part: "unsupported" }, shown));
      else this.#said(shown);
      for (let number = 0; number < citations.length; number++) this.#cited(citations[number], side);
      if (side) this.#line = null;
    }
    this.#between(text.slice(at));
    const lines = this.node.childNodes;
    // What is about the chat itself begins with a greeting; its lead stands second.
    const lead = answer.status === "about" ? 1 : 0;
    const list = lines.length > lead + 2 && !answer.conflicts.length && statements[lead].text.endsWith(":");
    for (let line = lead + 1; list && line < lines.length; line++) (lines[line] as Element).classList.add("item");
  }

  #isSide(numbers: number[]): boolean {
    const { conflicts } = this.answer;
    for (let pair = 0; pair < conflicts.length; pair++) {
      for (let side = 0; side < conflicts[pair].length; side++) {
        for (let at = 0; at < numbers.length; at++) if (numbers[at] === conflicts[pair][side]) return true;
      }
    }
    return false;
  }

  #begun(name: string): HTMLElement {
    const line = make("p", { class: name });
    add(this.node, line);
    return line;
  }

  #between(text: string): void {
    const lines = text.split("\n");
    for (let at = 0; at < lines.length; at++) {
      if (at) this.#line = null;
      if (lines[at].trim() || (this.#line && lines[at])) this.#put(lines[at]);
    }
  }

  // The shortest answer stands out once, unless it is nearly all of the statement.
  #said(words: string): void {
    const short = this.#short;
    const at = short && short.length <= 0.6 * words.length ? words.indexOf(short) : -1;
    if (at < 0) return this.#put(words);
    this.#put(words.slice(0, at));
    this.#put(make("strong", null, short));
    this.#put(words.slice(at + short!.length));
    this.#short = null;
  }

  #put(what: string | Node): void {
    this.#line ||= this.#begun("said");
    add(this.#line, what);
  }

  #cited(number: number, side: boolean): void {
    const { citations } = this.answer;
    for (let at = 0; at < citations.length; at++) {
      const citation = citations[at];
      if (citation.number !== number) continue;
      const place = placeOf(citation, this.texts);
      const label = `${fill(this.texts.source, number)}: ${citation.title}${place ? `, ${place}` : ""}`;
      const pressed = (event: Event) => this.open(citation, event.currentTarget as HTMLElement);
      this.#put(make("span", { class: "held" }, button({ class: "cite", part: "citation", "aria-label": label }, pressed, String(number))));
      if (side) this.#put(make("span", { class: "soft of" }, citation.title));
    }
  }
}
