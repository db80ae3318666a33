// Where a question is written, and what it is asked of.
import { button, make } from "./dom.js";

export class Composer {
  // `page` gives send(question, documents, instead), which asks; stop(), which ends it; choose(names), which changes
  // the choice; leave(), which goes to the answer; keys(), which lists the keys.
  constructor(form, page) {
    this.page = page;
    this.form = form;
    this.box = form.querySelector("textarea");
    this.scope = form.querySelector(".fn-scope");
    this.submit = form.querySelector(".fn-submit");
    this.names = [];
    this.busy = false;
    this.instead = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.busy) page.stop();
      else this.#send();
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.box.addEventListener("input", () => this.#grow());
  }

  focus() {
    this.box.focus();
  }

  // Put a question back to be asked in other words.
  edit(turn) {
    this.instead = turn;
    this.write(turn.question);
    this.form.classList.add("fn-editing");
  }

  write(question) {
    this.box.value = question;
    this.#grow();
    this.focus();
  }

  setBusy(busy) {
    this.busy = busy;
    this.submit.textContent = busy ? "Stop" : "Ask";
  }

  // Each document has a name, by which it is asked of, and a title, by which a person knows it.
  setScope(documents) {
    this.names = documents.map(({ name }) => name);
    this.scope.hidden = !documents.length;
    const without = (name) => this.names.filter((each) => each !== name);
    const chip = ({ name, title }) => button([title, make("span", { "aria-hidden": "true" }, " ×")], () => this.page.choose(without(name)), { title: name, "aria-label": `Do not ask of ${title}` });
    const none = documents.length > 1 ? [button("Clear the choice", () => this.page.choose([]), { class: "fn-plain" })] : [];
    this.scope.replaceChildren(make("span", { class: "fn-soft" }, "Ask only of"), ...documents.map(chip), ...none);
  }

  #send() {
    const question = this.box.value;
    if (!question.trim()) return this.focus();
    const instead = this.instead;
    this.#done();
    this.write("");
    this.page.send(question, this.names, instead);
  }

  #key(event) {
    const empty = !this.box.value;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.busy) this.form.requestSubmit();
    } else if (event.key === "Escape") {
      if (this.busy) this.page.stop();
      else if (this.instead) {
        this.#done();
        this.write("");
      } else if (empty) {
        // What is gone to shows its tip, which Escape takes away.
        event.stopPropagation();
        this.page.leave();
      }
    } else if (event.key === "?" && empty) {
      event.preventDefault();
      this.page.keys();
    }
  }

  #done() {
    this.instead = null;
    this.form.classList.remove("fn-editing");
  }

  #grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(this.box.scrollHeight, 160)}px`;
  }
}
