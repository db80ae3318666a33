// A page of a PDF as a picture, with what is cited marked on it.
import { get, getBlob } from "./api.js";
import { button, make } from "./dom.js";
import { setting } from "./store.js";

// How wide it is shown, in widths of the pane.
const ZOOMS = [1, 1.5, 2, 3];

export class PageView {
  // Raises Refused where the page cannot be shown.
  static async of(document, number, place) {
    const view = new PageView(document, place);
    await view.#turnTo(number);
    return view;
  }

  constructor(document, place) {
    this.document = document;
    this.place = place;
    this.picture = make("img", { class: "fn-page-picture" });
    this.marks = make("div", { class: "fn-page-marks" });
    this.frame = make("div", { class: "fn-page-frame" }, this.picture, this.marks);
    this.box = make("div", { class: "fn-page-box", tabindex: 0, role: "region", "aria-label": "Page" }, this.frame);
    this.told = make("span", { class: "fn-soft", role: "status" });
    this.before = button("Page before", () => this.#turn(-1));
    this.after = button("Next page", () => this.#turn(1));
    this.smaller = button("−", () => this.#zoom(-1), { "aria-label": "Smaller" });
    this.larger = button("+", () => this.#zoom(1), { "aria-label": "Larger" });
    this.fit = button("Fit width", () => this.#zoom(0));
    this.node = make("div", { class: "fn-page" }, make("div", { class: "fn-page-zoom", role: "group", "aria-label": "Size of the page" }, this.smaller, this.fit, this.larger), this.box, make("div", { class: "fn-page-turn" }, this.before, this.told, this.after));
    this.#scale();
  }

  // Bring what is marked into view, within the page's own box.
  centre() {
    const mark = this.marks.querySelector('[data-mark="current"]');
    if (!mark) return;
    this.box.scrollLeft = mark.offsetLeft + mark.offsetWidth / 2 - this.box.clientWidth / 2;
    this.box.scrollTop = mark.offsetTop + mark.offsetHeight / 2 - this.box.clientHeight / 2;
  }

  // Larger or smaller by a step; 0 fits it into the width.
  #zoom(by) {
    const at = ZOOMS.indexOf(this.zoom);
    setting("zoom", String(by ? ZOOMS[at + by] : 1));
    this.#scale();
    this.centre();
  }

  #scale() {
    this.zoom = ZOOMS.find((each) => String(each) === setting("zoom")) || 1;
    this.frame.style.width = `${this.zoom * 100}%`;
    this.box.classList.toggle("fn-page-larger", this.zoom > 1);
    this.smaller.disabled = this.zoom === ZOOMS[0];
    this.larger.disabled = this.zoom === ZOOMS.at(-1);
    this.fit.setAttribute("aria-pressed", String(this.zoom === 1));
  }

  #turn(by) {
    this.#turnTo(this.number + by).catch((error) => {
      this.told.textContent = error.message;
    });
  }

  async #turnTo(number) {
    const path = `api/v1/documents/${encodeURIComponent(this.document.id)}/pages/${number}`;
    const spans = this.place.start === undefined ? [] : [this.place, ...this.place.also];
    const [picture, ...found] = await Promise.all([getBlob(`${path}.png`), ...spans.map(({ start, end }) => get(`${path}/boxes`, { start, end }))]);
    this.number = number;
    await this.#load(picture);
    this.marks.replaceChildren(...found.flatMap(({ boxes }, at) => boxes.map((box) => marked(box, at ? "other" : "current"))).reverse());
    this.picture.alt = `Page ${number} of ${this.document.title}`;
    this.told.textContent = `Page ${number} of ${this.document.pages}`;
    this.before.disabled = number <= 1;
    this.after.disabled = number >= this.document.pages;
  }

  // Its height must be known before a mark on it can be brought into view.
  async #load(picture) {
    const url = URL.createObjectURL(picture);
    this.picture.src = url;
    await this.picture.decode();
    URL.revokeObjectURL(url);
  }
}

function marked({ left, top, width, height }, kind) {
  const node = make("span", { class: "fn-page-mark", "data-mark": kind });
  const share = (value) => `${value * 100}%`;
  Object.assign(node.style, { left: share(left), top: share(top), width: share(width), height: share(height) });
  return node;
}
