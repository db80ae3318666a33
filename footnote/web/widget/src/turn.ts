// A question and what came of it, as it is shown.
import type { Refusal } from "./api";
import { answerBody, answerSources, type Open } from "./answer";
import type { Turn } from "./conversation";
import { add, button, empty, make } from "./dom";
import { fill, type Texts } from "./texts";

// What a turn needs of the panel that it stands in.
export interface Around {
  texts(): Texts;
  open: Open;
  ask(question: string): void;
  again(turn: Turn): void;
  // The thumbs of an answered turn, where ratings are taken.
  thumbs(turn: Turn): Node | null;
}

export class TurnView {
  readonly node = make("div", { class: "turn", part: "turn" });
  #coming: Text | null = null;

  constructor(readonly turn: Turn, readonly around: Around) {}

  show(): void {
    const { turn, around } = this;
    const texts = around.texts();
    empty(this.node);
    this.#coming = null;
    add(this.node, make("p", { class: "question", part: "question" }, turn.question));
    if (turn.state === "busy") return add(this.node, this.#busy(texts));
    const reply = make("div", { class: "reply", part: "answer" });
    const below = make("div", { "aria-live": "off" });
    if (turn.state === "done" && turn.answer) {
      add(reply, answerBody(turn.answer, texts, around.open, () => {
        turn.alone = true;
        around.again(turn);
      }));
      add(below, answerSources(turn.answer, texts, around.open, around.ask));
      add(below, around.thumbs(turn));
    } else {
      if (turn.text) {
        add(reply, make("p", { class: "soft" }, texts.came));
        add(reply, make("p", { class: "said" }, turn.text));
      }
      add(reply, turn.refusal ? failure(turn.refusal, texts) : make("p", { class: "soft" }, texts.stopped));
      add(below, this.#retry(texts));
    }
    add(this.node, reply);
    add(this.node, below);
  }

  came(text: string): void {
    this.#coming?.appendData(text);
  }

  // What is under way is read out when it is whole.
  #busy(texts: Texts): Node {
    this.#coming = document.createTextNode(this.turn.text);
    return make(
      "div",
      { class: "reply", "aria-live": "off", "aria-busy": "true", part: "answer" },
      make("p", { class: "soft busy" }, this.turn.slow ? texts.slow : texts.reading),
      make("p", { class: "said" }, this.#coming),
    );
  }

  // A server that said when it may be asked again is not asked before.
  #retry(texts: Texts): Node {
    const again = button({ class: "chip retry" }, () => this.around.again(this.turn));
    const until = this.turn.refusal?.until || 0;
    const count = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      again.disabled = left > 0;
      empty(again);
      add(again, left > 0 ? fill(texts.retryIn, left) : texts.retry);
      return left > 0;
    };
    if (count()) {
      const timer = setInterval(() => {
        if (!again.isConnected || !count()) clearInterval(timer);
      }, 1_000);
    }
    return again;
  }
}

export function failure({ code, message, id }: Refusal, texts: Texts): HTMLElement {
  const own = fill(texts[code], window.origin);
  const failed = code === "failed";
  const said = failed && message ? `${own} ${message}` : own;
  return make("p", { class: "failure", role: "alert", part: "failure" }, said, failed && id ? make("span", { class: "soft" }, ` (${fill(texts.error, id)})`) : null);
}
