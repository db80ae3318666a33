// Build elements from data. Text goes in as text nodes only; nothing here parses markup.

export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function button(label, onclick, attributes) {
  return make("button", { type: "button", onclick, ...attributes }, label);
}

// A button that opens a list of others. It closes when one is chosen, on Escape and on a press elsewhere.
export function menu(label, entries, attributes) {
  const list = make("div", { class: "fn-menu-list" }, entries.map(([text, act]) => button(text, () => {
    box.open = false;
    act();
  })));
  const box = make("details", { class: "fn-menu", ...attributes }, make("summary", {}, label), list);
  closing(box);
  return box;
}

export function closing(box) {
  box.addEventListener("toggle", () => box.open && unfold(box));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    event.stopPropagation();
    box.open = false;
    box.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) box.open = false;
  });
}

// Upwards where there is no room below: above the box for the question, which stands over the end of the page.
function unfold(box) {
  const list = box.querySelector(".fn-menu-list");
  list.classList.remove("fn-up");
  const { bottom, height } = list.getBoundingClientRect();
  const floor = Math.min(window.innerHeight, document.querySelector(".fn-composer").getBoundingClientRect().top);
  const above = box.getBoundingClientRect().top;
  list.classList.toggle("fn-up", box.closest(".fn-log") !== null && bottom > floor && above > height);
}

// Whether something can be pointed at without being pressed.
export function pointing() {
  return window.matchMedia("(hover: hover)").matches;
}

export function narrow() {
  return window.matchMedia("(max-width: 860px)").matches;
}

// "1 document", "3 documents"
export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

// Wait until Gradio has put an element in its place.
export function placed(selector) {
  return new Promise((resolve) => {
    const find = () => document.querySelector(selector);
    if (find()) return resolve(find());
    const observer = new MutationObserver(() => {
      if (!find()) return;
      observer.disconnect();
      resolve(find());
    });
    observer.observe(document.documentElement, { childList: true, subtree: true });
  });
}
