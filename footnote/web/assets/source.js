const pane = element.querySelector(".fn-source");
const head = element.querySelector(".fn-source-head");
const body = element.querySelector(".fn-source-body");
const empty = body.firstElementChild;
// The number of the last request. What comes for another was asked before, and is not wanted.
let wanted = 0;

document.addEventListener("footnote:open", (event) => open(event.detail.opening, event.detail.moves));
document.addEventListener("footnote:clear", () => {
  wanted += 1;
  showNothing();
});
element.querySelector(".fn-back").addEventListener("click", back);
pane.addEventListener("keydown", (event) => {
  if (event.key === "Escape") back();
});

// Show a place in a document; `moves` tells whether the reader is taken there.
async function open(opening, moves) {
  wanted += 1;
  const number = wanted;
  pane.setAttribute("aria-busy", "true");
  const value = (await server.show(opening)) || { failure: { message: "The server does not answer. Is it still running?" } };
  if (number !== wanted) return;
  pane.removeAttribute("aria-busy");
  if (value.source) show(value.source, moves);
  else showFailure(value.failure);
}

function back() {
  document.dispatchEvent(new CustomEvent("footnote:back"));
}

function show(view, moves) {
  head.hidden = false;
  head.querySelector(".fn-source-title").textContent = view.title;
  head.querySelector(".fn-source-place").textContent = [view.name, view.section].filter(Boolean).join(" · ");
  body.replaceChildren(
    ...(view.changed ? [make("p", { class: "fn-notice", role: "status" }, "This document has changed since it was quoted, so nothing is marked. Ask again for its present words.")] : []),
    ...(view.before !== null ? [more("Earlier text", view.document_id, view.before)] : []),
    make("div", { class: view.spaced ? "fn-text fn-spaced" : "fn-text" }, view.lines.map(line)),
    ...(view.after !== null ? [more("Later text", view.document_id, view.after)] : []),
  );
  settle(view, moves);
}

function line(view) {
  const heading = view.level === null ? {} : { role: "heading", "aria-level": Math.min(view.level + 2, 6), "data-level": Math.min(view.level, 3) };
  return make("div", { class: "fn-line", ...heading }, view.parts.map(part));
}

function part(view) {
  return view.mark ? make("mark", { class: "fn-mark", "data-mark": view.mark }, view.text) : view.text;
}

function more(label, document_id, around) {
  return make("button", { type: "button", class: "fn-more", onclick: () => open({ document_id, around }, true) }, label);
}

function settle(view, moves) {
  const marked = body.querySelector('mark[data-mark="current"]');
  const target = marked || (view.target === null ? null : body.querySelectorAll(".fn-line")[view.target]);
  body.scrollTop = target ? target.getBoundingClientRect().top - body.getBoundingClientRect().top + body.scrollTop - body.clientHeight / 4 : 0;
  if (!moves) return;
  body.focus({ preventScroll: true });
  if (narrow()) pane.scrollIntoView({ block: "start" });
}

function showFailure(view) {
  head.hidden = true;
  body.replaceChildren(make("div", { class: "fn-failure", role: "alert" }, make("p", {}, view.message), make("p", { class: "fn-soft" }, view.id ? `Error ${view.id}` : "")));
}

function showNothing() {
  pane.removeAttribute("aria-busy");
  head.hidden = true;
  body.replaceChildren(empty);
}
