const log = element.querySelector(".fn-log");
const welcome = element.querySelector(".fn-welcome");
const turns = element.querySelector(".fn-turns");
const shown = new Map();
let opener = null;

watch("value", () => {
  const value = props.value || {};
  if (value.welcome) showWelcome(value.welcome);
  if (value.failure) welcome.replaceChildren(failure(value.failure));
  if (value.turn) showTurn(value.turn);
});

document.addEventListener("footnote:restart", restart);
document.addEventListener("footnote:back", () => {
  (opener?.isConnected ? opener : document.querySelector("#fn-ask textarea"))?.focus();
});

// Ask for a source. What opens by itself, with an answer, moves neither focus nor page.
function open(opening, marked, moves) {
  opener = marked[0];
  turns.querySelectorAll("[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
  marked.forEach((each) => each.setAttribute("aria-current", "true"));
  document.dispatchEvent(new CustomEvent("footnote:open", { detail: { opening, moves } }));
}

function openingOf({ document_id, ...current }, others) {
  return { document_id, current, others };
}

function showWelcome(view) {
  const lead = view.total
    ? "Each statement of an answer carries a number. Press it, and the exact words are marked in their document. What the documents do not answer, you are told."
    : "Put files into the folder of documents and start Footnote again.";
  const count = view.total === 1 ? "one document" : `${view.total.toLocaleString("en")} documents`;
  welcome.replaceChildren(
    make("h2", { class: "fn-hello" }, view.total ? `Ask ${count}` : "There are no documents yet"),
    make("p", { class: "fn-lead" }, lead),
    view.questions.length ? make("ul", { class: "fn-examples", "aria-label": "Questions to begin with" }, view.questions.map(example)) : null,
    view.total ? make("h3", { class: "fn-small" }, "Documents") : null,
    make("ul", { class: "fn-documents" }, view.documents.map(documentRow)),
    ...(view.total > view.documents.length
      ? [make("p", { class: "fn-soft" }, `and ${(view.total - view.documents.length).toLocaleString("en")} more`)]
      : []),
  );
}

function example(question) {
  return make("li", {}, make("button", { type: "button", onclick: () => trigger("ask_example", { question }) }, question));
}

function documentRow(view) {
  const row = make(
    "button",
    { type: "button", onclick: () => open({ document_id: view.id }, [row], true) },
    make("span", { class: "fn-title" }, view.title),
    make("span", { class: "fn-soft" }, `${view.name} · ${view.size}`),
  );
  return make("li", {}, row);
}

function showTurn(view) {
  welcome.hidden = true;
  let turn = shown.get(view.id);
  if (!turn) {
    turn = make("article", { class: "fn-turn" });
    shown.set(view.id, turn);
    turns.append(turn);
  }
  turn.replaceChildren(make("p", { class: "fn-question" }, view.question), reply(view));
  turn.scrollIntoView({ block: "start" });
}

function reply(view) {
  if (view.state === "busy") return make("p", { class: "fn-busy", role: "status" }, "Reading the documents", make("i"), make("i"), make("i"));
  if (view.state === "error") return failure(view.error);
  return answer(view.answer);
}

function failure(view) {
  return make("div", { class: "fn-failure", role: "alert" }, make("p", {}, view.message), make("p", { class: "fn-soft" }, `Error ${view.id}`));
}

function answer(view) {
  const cited = new Map(view.citations.map((each) => [each.number, each]));
  const node = make("div", { class: "fn-answer", "data-status": view.status });
  const openCitation = (number, moves, button) => {
    const { opens } = cited.get(number);
    const others = view.citations.filter((each) => each.number !== number && each.opens.document_id === opens.document_id);
    const marked = [...node.querySelectorAll(`[data-number="${number}"]`)];
    open(openingOf(opens, others.map((each) => openingOf(each.opens).current)), button ? [button, ...marked] : marked, moves);
  };
  const list = view.paragraphs.length > 2 && view.leads;
  node.append(
    ...[view.asked_as].filter(Boolean).map((text) => make("p", { class: "fn-soft" }, `Understood as: ${text}`)),
    ...view.paragraphs.map((pieces, at) => make("p", { class: list && at > 0 ? "fn-said fn-item" : "fn-said" }, pieces.map((piece) => said(piece, cited, openCitation)))),
    ...view.conflicts.map((pair) => make("p", { class: "fn-conflict" }, `Sources ${pair[0]} and ${pair[1]} answer differently.`)),
    ...(view.citations.length ? [sources(view, openCitation)] : []),
    ...(view.passages.length ? [nearest(view.passages)] : []),
  );
  if (!view.citations.length) document.dispatchEvent(new CustomEvent("footnote:clear"));
  else if (!narrow()) openCitation(view.citations[0].number, false);
  return node;
}

function said(piece, cited, openCitation) {
  if (piece.cite === undefined) return piece.strong ? make("strong", {}, piece.text) : piece.text;
  const { number, title, place } = cited.get(piece.cite);
  const label = `Source ${number}: ${title}${place ? `, ${place}` : ""}`;
  const button = make("button", { type: "button", class: "fn-cite", "data-number": number, "aria-label": label, title: label, onclick: () => openCitation(number, true, button) }, String(number));
  return button;
}

function sources(view, openCitation) {
  const documents = new Map();
  for (const each of view.citations) documents.set(each.opens.document_id, [...(documents.get(each.opens.document_id) || []), each]);
  const row = ({ number, place, quote }) => {
    const button = make(
      "button",
      { type: "button", "data-number": number, onclick: () => openCitation(number, true, button) },
      make("span", { class: "fn-number" }, String(number)),
      make("span", {}, make("q", { class: "fn-quote" }, quote), place ? make("span", { class: "fn-soft" }, place) : null),
    );
    return make("li", {}, button);
  };
  const count = view.citations.length === 1 ? "1 source" : `${view.citations.length} sources`;
  const sure = view.confidence === null ? "" : ` · ${view.confidence}% confident`;
  return make("section", { class: "fn-sources" }, make("h3", { class: "fn-small" }, count + sure), [...documents.values()].map((cited) => [make("p", { class: "fn-title fn-top" }, cited[0].title), make("ol", {}, cited.map(row))]));
}

function nearest(passages) {
  const rows = passages.map(({ title, snippet, opens }) => {
    const button = make(
      "button",
      { type: "button", onclick: () => open(openingOf(opens, []), [button], true) },
      make("span", { class: "fn-title fn-top" }, title),
      make("span", { class: "fn-quote" }, snippet),
    );
    return make("li", {}, button);
  });
  return make("details", { class: "fn-nearest" }, make("summary", {}, `Nearest passages (${passages.length})`), make("ol", {}, rows));
}

function restart() {
  shown.clear();
  turns.replaceChildren();
  welcome.hidden = false;
  document.dispatchEvent(new CustomEvent("footnote:clear"));
}
