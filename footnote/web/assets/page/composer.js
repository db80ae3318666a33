// Where a question is written, and what it is asked of.
import { button, make } from "./dom.js";

export class Composer {
  // `send(question, documents, instead)` asks; `stop()` ends it; `choose(names)` changes the choice.
  constructor(form, { send, stop, choose }) {
    this.form = form;
    this.box = form.querySelector("textarea");
    this.scope = form.querySelector(".fn-scope");
    this.submit = form.querySelector(".fn-submit");
    this.choose = choose;
    this.names = [];
    this.busy = false;
    this.instead = null;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.busy) stop();
      else this.#send(send);
    });
    this.box.addEventListener("keydown", (event) => this.#key(event, stop));
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

  setScope(names) {
    this.names = names;
    this.scope.hidden = !names.length;
    const chip = (name) => button([name, make("span", { "aria-hidden": "true" }, " ×")], () => this.choose(names.filter((each) => each !== name)), { "aria-label": `Do not ask of ${name}` });
    const all = names.length > 1 ? [button("All documents", () => this.choose([]), { class: "fn-plain" })] : [];
    this.scope.replaceChildren(make("span", { class: "fn-soft" }, "Ask only of"), ...names.map(chip), ...all);
  }

  #send(send) {
    const question = this.box.value;
    if (!question.trim()) return this.focus();
    const instead = this.instead;
    this.#done();
    this.write("");
    send(question, this.names, instead);
  }

  #key(event, stop) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!this.busy) this.form.requestSubmit();
    } else if (event.key === "Escape") {
      if (this.busy) stop();
      else if (this.instead) {
        this.#done();
        this.write("");
      }
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
