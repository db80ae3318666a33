// The conversation: questions, their answers, and what can be done with each.
import { ask } from "./api.js";
import { answerView, citationPlace, scopeNames } from "./answer.js";
import { copy, markdownOf, notesOf } from "./copying.js";
import { button, counted, make, menu, narrow } from "./dom.js";
import { failure } from "./failure.js";
import { thumbs } from "./feedback.js";
import { markersOf } from "./layout.js";
import { linkTo } from "./links.js";
import { forget, save, saved } from "./store.js";

// What goes along with the next question: the last turns.
const MOST_HISTORY = 8;
// Characters of an answer: the server reads the beginning, and takes 16 kB in all.
const MOST_ANSWER = 400;

export class Conversation {
  // `page` gives what stands around it: open(place, {moves}), clear(), edit(turn), changed(), documents() for how
  // many there are, titles(names), takesFeedback(), and scroller() for what scrolls the conversation.
  constructor(node, live, page) {
    this.node = node;
    this.live = live;
    this.page = page;
    this.turns = saved();
    this.nodes = new Map();
    this.underWay = null;
    this.current = null;
  }

  get empty() {
    return this.turns.length === 0;
  }

  get answered() {
    return this.turns.filter((turn) => turn.state === "done");
  }

  async ask(question, documents) {
    if (this.underWay) return;
    const turn = { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), question, documents, titles: this.page.titles(documents), state: "busy" };
    this.turns.push(turn);
    await this.#answer(turn);
  }

  // Ask the last question in other words: what it was goes.
  async askInstead(question, documents) {
    if (this.underWay) return;
    this.#remove(this.turns.at(-1));
    await this.ask(question, documents);
  }

  stop() {
    this.underWay?.abort();
  }

  // Remove all of it; returns the turns, which `putBack` takes.
  clear() {
    this.stop();
    const removed = this.turns;
    this.turns = [];
    this.nodes.clear();
    this.node.replaceChildren();
    this.current = null;
    forget();
    this.#say(removed.length ? "The conversation was removed" : "");
    return removed;
  }

  putBack(turns) {
    this.turns = turns.map((turn) => (turn.state === "busy" ? { ...turn, state: "stopped" } : turn));
    save(this.turns);
    this.restore();
    this.#say("The conversation is back");
  }

  // Open the citation after, or before, the one that is open.
  step(by) {
    const turn = this.current?.turn || this.answered.at(-1);
    const numbers = turn?.answer.citations.map((each) => each.number) || [];
    if (!numbers.length) return;
    const at = numbers.indexOf(this.current?.number);
    const next = at < 0 ? (by > 0 ? 0 : numbers.length - 1) : (at + by + numbers.length) % numbers.length;
    this.#open(turn, citationPlace(turn.answer, numbers[next]), { moves: true });
  }

  // Where the reader was before the source opened.
  focusBack() {
    const { opener, left } = this.current || {};
    if (!opener?.isConnected) return false;
    const scroller = this.page.scroller();
    if (left !== undefined) scroller.scrollTop = left;
    opener.focus({ preventScroll: true });
    // Another citation was gone on to meanwhile.
    const { top, bottom } = opener.getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight - 160) opener.scrollIntoView({ block: "center" });
    return true;
  }

  // To the first citation of the last answer, or the first passage that came near.
  focusFirst() {
    const first = this.nodes.get(this.answered.at(-1)?.id)?.querySelector(".fn-cite, .fn-nearest button");
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: "nearest" });
  }

  // After a reload all of it is shown again, and the source of the last answer that has one.
  restore() {
    for (const turn of this.turns) this.#show(turn);
    const turn = this.answered.findLast((each) => each.answer.citations.length);
    if (turn) this.#open(turn, citationPlace(turn.answer, turn.answer.citations[0].number), { moves: false });
    this.node.lastElementChild?.scrollIntoView({ block: "start" });
  }

  async #answer(turn) {
    const history = turn.alone ? [] : this.#before(turn);
    const controller = new AbortController();
    this.underWay = controller;
    Object.assign(turn, { state: "busy", answer: undefined, error: undefined, rating: undefined, searched: undefined, markers: undefined });
    // The source of another answer would be taken for this one's.
    this.current = null;
    this.page.clear();
    this.#show(turn);
    this.#scrollTo(turn);
    this.page.changed();
    this.#say("Reading the documents");
    try {
      turn.answer = await ask(
        { question: turn.question, documents: turn.documents.map(globOf), history },
        { signal: controller.signal, onPassages: (passages) => this.#reading(turn, passages), onText: (text) => this.#coming(turn, text) },
      );
      Object.assign(turn, { state: "done", searched: this.page.documents(), markers: markersOf(turn.answer) });
    } catch (error) {
      if (error.name === "AbortError") turn.state = "stopped";
      else Object.assign(turn, { state: "error", error: { message: error.message, id: error.id, wait: error.wait } });
    }
    // Stopped and asked again, or cleared, there is another one now.
    if (this.underWay === controller) this.underWay = null;
    if (!this.turns.includes(turn)) return this.page.changed();
    save(this.turns);
    this.#show(turn);
    this.page.changed();
    this.#tell(turn);
  }

  // What was asked before a question, as far as the server takes it along.
  #before(turn) {
    const answered = this.turns.slice(0, this.turns.indexOf(turn)).filter((each) => each.state === "done");
    return answered.slice(-MOST_HISTORY).map((each) => ({ question: each.question, answer: each.answer.text.slice(0, MOST_ANSWER) }));
  }

  #tell(turn) {
    if (turn.state === "stopped") this.#say("Stopped");
    if (turn.state !== "done") return;
    this.#say(`Answer: ${turn.answer.text}`);
    const [first] = turn.answer.citations;
    if (first && !narrow()) this.#open(turn, citationPlace(turn.answer, first.number), { moves: false });
  }

  #say(text) {
    this.live.textContent = text;
  }

  #reading(turn, passages) {
    const documents = new Set(passages.map((each) => each.document_id)).size;
    const told = this.nodes.get(turn.id)?.querySelector(".fn-reading");
    if (told && passages.length) told.textContent = `Reading ${counted(passages.length, "passage")} of ${counted(documents, "document")}`;
  }

  #coming(turn, text) {
    const node = this.nodes.get(turn.id)?.querySelector(".fn-coming");
    if (node) node.textContent += text;
  }

  #show(turn) {
    let node = this.nodes.get(turn.id);
    if (!node) {
      node = make("article", { class: "fn-turn", "aria-label": "Question and answer" });
      this.nodes.set(turn.id, node);
      this.node.append(node);
    }
    const scope = turn.documents.length ? make("p", { class: "fn-asked-of" }, "asked of ", scopeNames(turn)) : null;
    node.replaceChildren(make("p", { class: "fn-question" }, turn.question), ...(scope ? [scope] : []), ...[this.#reply(turn)].flat());
  }

  #reply(turn) {
    if (turn.state === "busy") return [make("p", { class: "fn-busy" }, make("span", { class: "fn-reading" }, "Reading the documents"), make("i"), make("i"), make("i")), make("p", { class: "fn-said fn-coming" })];
    if (turn.state === "stopped") return [make("p", { class: "fn-soft" }, "Stopped."), this.#actions(turn)];
    if (turn.state === "error") return [failure(turn.error), this.#actions(turn)];
    const view = answerView(turn, {
      open: (place, opener) => this.#open(turn, place, { moves: true, opener }),
      ask: (question) => this.ask(question, turn.documents),
      byItself: () => !this.underWay && this.#answer(Object.assign(turn, { alone: true })),
    });
    return [view, this.#actions(turn)];
  }

  #actions(turn) {
    const last = () => turn === this.turns.at(-1);
    const done = turn.state === "done";
    return make(
      "div",
      { class: "fn-actions" },
      done ? menu("Copy", [["With citations, as Markdown", () => this.#copy(markdownOf(turn))], ["With citations, as plain notes", () => this.#copy(notesOf(turn))]]) : null,
      done ? button("Link", () => this.#copy(linkTo(turn)), { title: "Copy a link that asks this again" }) : null,
      button("Ask again", () => !this.underWay && this.#answer(turn)),
      last() ? button("Edit", () => this.page.edit(turn), { class: "fn-edit" }) : null,
      done && this.page.takesFeedback() ? thumbs(turn, () => save(this.turns)) : null,
      make("span", { class: "fn-done fn-soft", role: "status" }),
    );
  }

  async #copy(text) {
    let told = "Copied";
    try {
      await copy(text);
    } catch (error) {
      told = `Not copied: ${error.message}`;
    }
    for (const node of this.node.querySelectorAll(".fn-done")) node.textContent = "";
    const box = document.activeElement?.closest(".fn-actions") || this.node.lastElementChild;
    box.querySelector(".fn-done").textContent = told;
    this.#say(told);
  }

  #open(turn, place, { moves, opener }) {
    const node = this.nodes.get(turn.id);
    const marks = place.number ? [...node.querySelectorAll(`[data-number="${place.number}"]`)] : [opener];
    const left = opener ? this.page.scroller().scrollTop : this.current?.left;
    this.current = { turn, number: place.number, opener: opener || marks[0], left };
    this.node.querySelectorAll("[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
    marks.filter(Boolean).forEach((each) => each.setAttribute("aria-current", "true"));
    const of = turn.answer.citations.length;
    this.page.open({ ...place, position: place.number ? { at: turn.answer.citations.findIndex((each) => each.number === place.number) + 1, of } : null }, { moves });
  }

  #remove(turn) {
    this.turns = this.turns.filter((each) => each !== turn);
    this.nodes.get(turn.id)?.remove();
    this.nodes.delete(turn.id);
    save(this.turns);
  }

  #scrollTo(turn) {
    this.nodes.get(turn.id).scrollIntoView({ block: "start" });
  }
}

// Names are globs to the server: what a glob would take for more than itself is written as a set of one.
function globOf(name) {
  return name.replace(/[*?[]/g, "[$&]");
}
