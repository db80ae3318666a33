// The documents: search them, add files, remove one.
import { kindOf } from "../page/documents.js";
import { button, counted, make } from "../page/dom.js";
import { failure } from "../page/failure.js";
import { get, inAddress, remove, upload } from "./api.js";

const AT_ONCE = 50;
const find = (selector) => document.querySelector(selector);

export class Documents {
  constructor(page) {
    this.page = page;
    this.rows = find("#documents-table tbody");
    this.told = find("#documents-told");
    this.more = find("#documents-more");
    this.number = 0;
    this.queue = [];
    this.sending = false;
    let waiting = 0;
    find("#words").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.load(), 150);
    });
    find("#order").addEventListener("change", () => this.load());
    this.more.addEventListener("click", () => this.load(this.rows.children.length));
    find("#files").addEventListener("change", ({ target }) => {
      this.add([...target.files]);
      target.value = "";
    });
    this.wireDrop(find("#drop"));
  }

  wireDrop(zone) {
    for (const name of ["dragover", "drop"]) {
      // Dropped beside the zone, a file would take the place of the page.
      document.addEventListener(name, (event) => event.preventDefault());
    }
    zone.addEventListener("dragover", () => zone.classList.add("over"));
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", ({ dataTransfer }) => {
      zone.classList.remove("over");
      this.add([...dataTransfer.files]);
    });
  }

  accept({ endings, upload_mb }) {
    this.endings = endings;
    this.most = upload_mb * 1e6;
    find("#files").accept = endings.join(",");
    find("#accepted").textContent = `Read are ${endings.join(" ")}, of at most ${upload_mb} MB.`;
  }

  async load(offset = 0) {
    const number = ++this.number;
    let found;
    try {
      found = await get("documents", { offset, limit: AT_ONCE, words: find("#words").value.trim(), order: find("#order").value });
    } catch (error) {
      this.told.replaceChildren(failure(error));
      return;
    }
    if (number !== this.number) return;
    const rows = found.documents.map((each) => this.row(each));
    if (offset) this.rows.append(...rows);
    else this.rows.replaceChildren(...rows);
    const shown = this.rows.children.length;
    this.told.textContent = shown < found.total ? `${counted(found.total, "document")}, the first ${shown} shown` : counted(found.total, "document");
    this.more.hidden = shown >= found.total;
  }

  row({ name, title, media_type, length, date, modified, passages }) {
    const [file, inner] = name.split("!/");
    return make(
      "tr",
      {},
      make("th", { scope: "row", dir: "auto" }, name, title && title !== name ? make("small", { dir: "auto" }, title) : null),
      make("td", {}, kindOf(media_type)),
      make("td", { class: "number", "data-unit": "characters" }, length.toLocaleString("en")),
      make("td", { class: "date" }, date || modified.slice(0, 10)),
      make("td", { class: "number", "data-unit": passages === 1 ? "passage" : "passages" }, passages.toLocaleString("en")),
      make("td", {}, button(inner ? "Remove archive" : "Remove", () => this.remove(file), { "aria-label": `Remove ${file}` })),
    );
  }

  async remove(name) {
    if (!(await confirmed(name))) return;
    try {
      await remove(`documents/${inAddress(name)}`);
      this.page.tell(`${name} is removed`);
      this.page.watch();
    } catch (error) {
      this.told.replaceChildren(failure(error));
    }
  }

  add(files) {
    const folder = find("#folder").value.trim().replace(/^\/+|\/+$/g, "");
    for (const file of files) {
      const name = folder ? `${folder}/${file.name}` : file.name;
      const state = make("span", { class: "soft" }, "waiting");
      const item = make("li", {}, make("span", { dir: "auto" }, name), state);
      find("#uploads").append(item);
      this.queue.push({ name, file, item, state });
    }
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    for (let next; (next = this.queue.shift()); ) await this.sendOne(next);
    this.sending = false;
  }

  async sendOne({ name, file, item, state }) {
    const bar = make("progress", { value: 0, max: 1, "aria-label": `Sending ${name}` });
    item.append(bar);
    state.textContent = "sending";
    try {
      this.check(file);
      const stored = await upload(name, file, (share) => {
        bar.value = share;
      });
      state.className = "good";
      state.textContent = stored.replaced ? "replaced" : "added";
      this.page.watch();
    } catch (error) {
      state.className = "failure";
      state.textContent = "not added";
      item.append(make("p", { class: "failure" }, error.message));
    }
    bar.remove();
    this.page.tell(`${name}: ${state.textContent}`);
  }

  // What the server would refuse is not sent first.
  check({ name, size }) {
    if (!this.endings.some((ending) => name.toLowerCase().endsWith(ending))) throw new Error(`Files ending in ${this.endings.join(", ")} can be read.`);
    if (size > this.most) throw new Error(`The file has ${size.toLocaleString("en")} bytes; at most ${this.most.toLocaleString("en")} are taken. The setting upload_mb says so.`);
  }
}

function confirmed(name) {
  const dialog = find("#confirm");
  find("#confirm-name").textContent = name;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
