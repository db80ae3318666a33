// Tell whether an answer was good, and if not, why.
import { type Api } from "./api";
import { bytes, cut, type Turn } from "./conversation";
import { add, button, empty, icon, make } from "./dom";
import { BAD, GOOD } from "./icons";
import type { Answer } from "./records";
import type { Texts } from "./texts";

type Reason = "wrong" | "incomplete" | "not_in_documents" | "should_have_answered" | "other";

// The server reads 16,000 bytes of a body, a question of up to 8,000 in it, and 20 citations.
const MOST_BODY = 15_000;
const MOST_TEXT = 6_000;
const MOST_CITATIONS = 20;

export class Thumbs {
  readonly node = make("div", { class: "thumbs", part: "feedback" });

  constructor(readonly api: Api, readonly turn: Turn, readonly texts: Texts, readonly signal: AbortSignal) {
    this.#show();
  }

  #show(): void {
    empty(this.node);
    const { texts } = this;
    if (this.turn.rating) return add(this.node, make("span", { class: "soft", role: "status" }, texts.thanks));
    const thumb = (label: string, path: string, pressed: () => void) => add(this.node, button({ class: "plain icon", "aria-label": label, title: label }, pressed, icon(path)));
    thumb(texts.good, GOOD, () => void this.#send("good", null));
    thumb(texts.bad, BAD, () => this.#ask());
  }

  #ask(): void {
    const { texts } = this;
    empty(this.node);
    const group = make("div", { class: "why", role: "group", "aria-label": texts.why }, make("p", { class: "small" }, texts.why));
    const reason = (name: Reason) => add(group, button({ class: "chip" }, () => void this.#send("bad", name), texts[name]));
    reason("wrong");
    if (this.turn.answer!.status === "not_found") reason("should_have_answered");
    else {
      reason("incomplete");
      reason("not_in_documents");
    }
    reason("other");
    add(this.node, group);
    (group.querySelector("button") as HTMLElement).focus();
    group.scrollIntoView({ block: "nearest" });
  }

  async #send(rating: "good" | "bad", reason: Reason | null): Promise<void> {
    const had = this.node.contains((this.node.getRootNode() as ShadowRoot).activeElement);
    try {
      await this.api.feedback(bodyOf(this.turn.question, this.turn.answer!, rating, reason), this.signal);
      this.turn.rating = rating;
      this.#show();
      const thanks = this.node.firstChild as HTMLElement;
      thanks.tabIndex = -1;
      if (had) thanks.focus();
    } catch {
      if (!this.signal.aborted && !this.node.querySelector(".unsent")) add(this.node, make("span", { class: "unsent soft", role: "alert" }, this.texts.unsent));
    }
  }
}

// Put together by hand, as a question is: with as many citations as fit.
function bodyOf(question: string, answer: Answer, rating: string, reason: string | null): string {
  const text = JSON.stringify(shortened(answer.text));
  const head = `{"question":${JSON.stringify(question)},"rating":"${rating}",${reason ? `"reason":"${reason}",` : ""}"answer":{"status":${JSON.stringify(answer.status)},"text":${text},"generation":${answer.generation},"citations":[`;
  let citations = "";
  for (let at = 0; at < answer.citations.length && at < MOST_CITATIONS; at++) {
    const { document, start, end, quote } = answer.citations[at];
    const one = `{"document":${JSON.stringify(document)},"start":${start},"end":${end},"quote":${JSON.stringify(quote)}}`;
    const longer = citations ? `${citations},${one}` : one;
    if (bytes(head + longer) > MOST_BODY) break;
    citations = longer;
  }
  return `${head}${citations}]}}`;
}

function shortened(text: string): string {
  while (bytes(JSON.stringify(text)) > MOST_TEXT) text = cut(text, Math.floor(text.length * 0.75));
  return text;
}
