// The panel: conversation, question box and source, in one box.
import { questionList } from "./answer";
import { type Api, type Refusal } from "./api";
import { Conversation, cut, MOST_QUESTION, type Told, type Turn } from "./conversation";
import { add, button, empty, icon, make } from "./dom";
import { Thumbs } from "./feedback";
import { CLEAR, CLOSE, SEND, STOP } from "./icons";
import type { Answer } from "./records";
import type { Settings } from "./settings";
import { Source } from "./source";
import { textsIn, type Texts } from "./texts";
import { failure, TurnView } from "./turn";

export interface Outside {
  settings(): Settings;
  // What keeps the whole chat from working, if something does.
  trouble(): Refusal | null;
  // Try again to reach the server.
  reload(): void;
  close: (() => void) | null;
  answered(question: string, answer: Answer): void;
  failed(question: string, refusal: Refusal): void;
}

export class Panel implements Told {
  readonly node = make("section", { class: "panel", part: "panel" });
  readonly conversation: Conversation;
  readonly source: Source;
  #views: TurnView[] = [];
  #opener: HTMLElement | null = null;
  #leaving = new AbortController();
  readonly #title = make("span", { class: "name", part: "title" });
  readonly #head = make("div", { class: "head", part: "header" });
  readonly #log = make("div", { class: "log", role: "log", tabindex: 0, part: "log" });
  readonly #welcome = make("div", { class: "welcome" });
  readonly #turns = make("div", null);
  readonly #status = make("p", { class: "unseen", role: "status" });
  readonly #box = make("textarea", { rows: 1, maxlength: MOST_QUESTION, part: "input", enterkeyhint: "send" });
  readonly #foot = make("div", { class: "foot", part: "footer" }, this.#box);
  readonly #stop: HTMLButtonElement;
  readonly #send: HTMLButtonElement;

  constructor(readonly api: Api, readonly outside: Outside) {
    this.conversation = new Conversation(api, this);
    this.source = new Source(api, () => outside.settings(), () => this.back());
    this.#send = button({ class: "act", part: "send" }, () => this.#asked(), icon(SEND));
    this.#stop = button({ class: "act", part: "stop" }, () => this.stop(), icon(STOP));
    add(this.#foot, this.#send);
    add(this.#foot, this.#stop);
    add(this.#log, this.#welcome);
    add(this.#log, this.#turns);
    const parts = [this.#head, this.#log, this.source.node, this.#status, this.#foot];
    for (let at = 0; at < parts.length; at++) add(this.node, parts[at]);
    this.#box.addEventListener("input", () => this.#grow());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this.conversation.busy) this.#asked();
    });
  }

  get texts(): Texts {
    return textsIn(this.outside.settings().lang);
  }

  // Show all of it anew, as the settings are.
  show(): void {
    const { title, placeholder } = this.outside.settings();
    const { texts } = this;
    empty(this.#title);
    add(this.#title, title);
    empty(this.#head);
    add(this.#head, this.#title);
    const press = (name: string, path: string, pressed: () => void) => add(this.#head, button({ class: "icon", "aria-label": name, title: name }, pressed, icon(path)));
    press(texts.clear, CLEAR, () => this.clear());
    if (this.outside.close) press(texts.close, CLOSE, this.outside.close);
    this.node.setAttribute("aria-label", title);
    this.#log.setAttribute("aria-label", texts.log);
    this.#box.placeholder = placeholder;
    this.#box.setAttribute("aria-label", placeholder);
    label(this.#send, texts.send);
    label(this.#stop, texts.stop);
    this.#greet();
    for (let at = 0; at < this.#views.length; at++) this.#views[at].show();
    this.#state();
  }

  focus(): void {
    // A finger's keyboard would cover what there is to read.
    (matchMedia("(pointer: coarse)").matches ? this.#log : this.#box).focus();
  }

  ask(question: string): Promise<Answer | null> {
    this.back(false);
    return this.conversation.ask(cut(question, MOST_QUESTION));
  }

  stop(): void {
    this.conversation.stop();
    this.focus();
  }

  clear(): void {
    this.conversation.clear();
    this.#views = [];
    empty(this.#turns);
    this.back(false);
    this.#state();
    this.focus();
  }

  // Leave the source; tells whether one was open.
  back(focuses = true): boolean {
    const was = this.source.isOpen;
    this.source.close();
    this.#log.hidden = false;
    if (was && focuses) (this.#opener?.isConnected ? this.#opener : this.#box).focus();
    this.#opener = null;
    return was;
  }

  // End what is under way: the chat is no more on the page.
  leave(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.conversation.stop();
    this.back(false);
  }

  changed(turn: Turn): void {
    let at = 0;
    while (at < this.#views.length && this.#views[at].turn !== turn) at++;
    const isNew = at === this.#views.length;
    // What was cleared while it was under way is gone.
    if (isNew && turn.state !== "busy") return this.#state();
    if (isNew) {
      this.#views[at] = this.#view(turn);
      add(this.#turns, this.#views[at].node);
    }
    const view = this.#views[at];
    const had = view.node.contains((this.node.getRootNode() as ShadowRoot).activeElement);
    view.show();
    if (had) this.focus();
    if (turn.state === "busy" && !turn.slow) this.#log.scrollTop += view.node.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    this.#state();
    const { texts } = this;
    this.#say(turn.state === "busy" ? (turn.slow ? texts.slow : texts.reading) : turn.state === "done" ? texts.answered : turn.state === "stopped" ? texts.stopped : "");
  }

  came(turn: Turn, text: string): void {
    for (let at = 0; at < this.#views.length; at++) if (this.#views[at].turn === turn) this.#views[at].came(text);
  }

  answered(turn: Turn, answer: Answer): void {
    this.outside.answered(turn.question, answer);
  }

  failed(turn: Turn, refusal: Refusal): void {
    this.outside.failed(turn.question, refusal);
  }

  #view(turn: Turn): TurnView {
    return new TurnView(turn, {
      texts: () => this.texts,
      open: (quoted, opener) => {
        this.#opener = opener;
        this.#log.hidden = true;
        this.source.open(quoted, opener);
      },
      ask: (question) => this.#chosen(question),
      again: () => {
        this.focus();
        void this.conversation.again(turn);
      },
      thumbs: () => (this.outside.settings().feedback ? new Thumbs(this.api, turn, this.texts, this.#leaving.signal).node : null),
    });
  }

  #greet(): void {
    const { greeting, questions } = this.outside.settings();
    const { texts } = this;
    const trouble = this.outside.trouble();
    empty(this.#welcome);
    add(this.#welcome, make("p", { class: "greeting", part: "greeting" }, greeting));
    if (trouble) {
      add(this.#welcome, failure(trouble, texts));
      if (trouble.code !== "unset") add(this.#welcome, button({ class: "chip retry" }, () => this.outside.reload(), texts.retry));
    } else if (questions.length) add(this.#welcome, questionList(questions, texts, "questions", (question) => this.#chosen(question)));
  }

  #chosen(question: string): void {
    this.focus();
    void this.ask(question);
  }

  #asked(): void {
    const question = this.#box.value.trim();
    if (!question || this.conversation.busy) return this.#box.focus();
    this.#box.value = "";
    this.#grow();
    this.#chosen(question);
  }

  #grow(): void {
    this.#box.style.setProperty("height", "auto");
    this.#box.style.setProperty("height", `${this.#box.scrollHeight}px`);
  }

  #state(): void {
    const { busy } = this.conversation;
    this.#welcome.hidden = this.#views.length > 0;
    this.#send.hidden = busy;
    this.#stop.hidden = !busy;
  }

  #say(text: string): void {
    empty(this.#status);
    add(this.#status, text);
  }
}

function label(node: Element, text: string): void {
  node.setAttribute("aria-label", text);
  node.setAttribute("title", text);
}
