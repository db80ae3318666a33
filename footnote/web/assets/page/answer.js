// An answer on the page: its statements with their numbers, what they stand on, what was nearest.
import { button, counted, make } from "./dom.js";
import { BULLET, confidenceIn, disagreement, paragraphs, placeOf, scopeOf, snippetOf } from "./layout.js";
import { citationTip, tipOn } from "./tips.js";

const SNIPPET = 600;
// Of the nearest passages, so many are seen at once.
const NEAR = 3;
const WRITTEN = "Written by a language model. Each numbered sentence was checked against its source.";

// `open(place)` is called for a citation or a passage that is pressed, `ask(question)` for a question that is proposed,
// `byItself()` where a question is not meant as it was understood from those before it.
export function answerView(turn, { open, ask, byItself }) {
  const { answer } = turn;
  const cited = new Map(answer.citations.map((each) => [each.number, each]));
  const pressed = (number) => (event) => open(citationPlace(answer, number), event.currentTarget);
  const node = make("div", { class: "fn-answer", "data-status": answer.status });
  const sides = disagreement(answer);
  const laid = paragraphs(answer, turn.markers);
  // What the documents say differently stands side by side, and needs no words that lead to it.
  const leads = (pieces) => pieces.every((piece) => piece.cite === undefined) && pieces.at(-1).text.endsWith(":");
  const alone = ({ pieces }) => sides.length && (leads(pieces) || pieces.some((piece) => sides.some((side) => side.citation.number === piece.cite)));
  node.append(
    ...(answer.asked_as ? [make("p", { class: "fn-soft" }, `Asked as: ${answer.asked_as} `, button("Not meant so", byItself, { class: "fn-alone", title: "Ask it by itself, without what was asked before" }))] : []),
    ...texts(laid.filter((paragraph) => !alone(paragraph)), (piece) => said(piece, cited, pressed)),
    ...(sides.length ? [disagreeing(sides, pressed)] : []),
    ...byWhom(answer),
    ...(answer.suggestions?.length ? [make("ul", { class: "fn-examples", "aria-label": "What it may mean" }, answer.suggestions.map((each) => make("li", {}, button(each, () => ask(each)))))] : []),
    ...(answer.citations.length ? [sources(answer, pressed)] : []),
    ...(answer.status === "not_found" ? [nothing(turn, open)] : []),
  );
  return node;
}

// Whether a language model wrote it, or was to and did not.
function byWhom({ mode, note, text }) {
  const told = [...(mode === "generated" ? [WRITTEN] : []), ...(note && !text.includes(note) ? [note] : [])];
  return told.map((each) => make("p", { class: "fn-soft fn-by" }, each));
}

// Paragraphs, and lists of items with the markers that they have in their document.
function texts(laid, shown) {
  const nodes = [];
  for (const { pieces, marker } of laid) {
    const text = pieces.map(shown);
    if (!marker) nodes.push(make("p", { class: "fn-said" }, text));
    else {
      if (!nodes.at(-1)?.matches("ol, ul")) nodes.push(make(marker === BULLET ? "ul" : "ol"));
      nodes.at(-1).append(make("li", { class: "fn-said fn-item", "data-marker": marker }, text));
    }
  }
  return nodes;
}

// The documents that a question was asked of, as a person calls them, each with its name.
export function scopeNames(turn) {
  return scopeOf(turn).flatMap(({ name, title }, at) => [at ? ", " : null, make("span", { class: "fn-named", title: name }, title)]);
}

// Where a citation is, with the others of its answer in the same document.
export function citationPlace(answer, number) {
  const citation = answer.citations.find((each) => each.number === number);
  const { document_id, start, end, quote, page } = citation;
  const also = answer.citations.filter((each) => each.document_id === document_id && each.number !== number);
  return { document_id, start, end, quote, page, also, number };
}

function said(piece, cited, pressed) {
  if (piece.cite !== undefined) return numbered(cited.get(piece.cite), pressed);
  if (piece.unsupported) return make("span", { class: "fn-unsupported" }, piece.text);
  return piece.strong ? make("strong", {}, piece.text) : piece.text;
}

function numbered(citation, pressed) {
  const { number, title } = citation;
  const label = ["Source", `${number}:`, title, placeOf(citation)].filter(Boolean).join(" ");
  const mark = button(String(number), pressed(number), { class: "fn-cite", "data-number": number, "aria-label": label });
  return make("span", { class: "fn-keeps" }, tipOn(mark, () => citationTip(citation)));
}

function disagreeing(sides, pressed) {
  const side = ({ citation, text }) => make(
    "div",
    { class: "fn-side-says" },
    make("p", { class: "fn-title" }, citation.title),
    make("p", { class: "fn-said" }, text, numbered(citation, pressed)),
  );
  return make("section", { class: "fn-conflict", "aria-label": "The documents disagree" }, make("h3", { class: "fn-small" }, "The documents disagree"), make("div", { class: "fn-sides" }, sides.map(side)));
}

function sources(answer, pressed) {
  const documents = grouped(answer.citations);
  const row = (citation) => make("li", {}, button(
    [make("span", { class: "fn-number" }, String(citation.number)), make("span", {}, make("q", { class: "fn-quote" }, citation.quote), placeOf(citation) ? make("span", { class: "fn-soft" }, placeOf(citation)) : null)],
    pressed(citation.number),
    { "data-number": citation.number },
  ));
  const sure = confidenceIn(answer);
  return make(
    "section",
    { class: "fn-sources", "aria-label": "Sources" },
    make("h3", { class: "fn-small" }, counted(answer.citations.length, "source"), sure ? [" · ", sureness(sure)] : null),
    [...documents.values()].map((each) => [make("p", { class: "fn-title fn-top" }, each[0].title), make("ol", {}, each.map(row))]),
  );
}

function sureness({ line, told }) {
  return tipOn(make("span", { class: "fn-sure", tabindex: 0 }, line), () => make("p", {}, told));
}

function grouped(citations) {
  const groups = new Map();
  for (const each of citations) groups.set(each.document_id, [...(groups.get(each.document_id) || []), each]);
  return groups;
}

// What was searched, and what came nearest.
function nothing(turn, open) {
  const { answer, documents, searched } = turn;
  const where = documents.length ? ["Only ", scopeNames(turn), documents.length === 1 ? " was searched." : " were searched."] : searched === 1 ? "The one document was searched." : `All ${searched ? counted(searched, "document") : "documents"} were searched.`;
  const rows = answer.passages.map((passage) => make("li", {}, button(
    [make("span", { class: "fn-title fn-top", title: passage.document }, passage.title || passage.document), make("span", { class: "fn-quote" }, snippet(passage))],
    (event) => open({ document_id: passage.document_id, start: passage.start, end: passage.end, quote: passage.text, also: [] }, event.currentTarget),
  )));
  if (!rows.length) return make("p", { class: "fn-soft" }, where);
  const more = rows.slice(NEAR);
  return make(
    "section",
    { class: "fn-nearest", "aria-label": "Nearest passages" },
    make("p", { class: "fn-soft" }, where),
    make("h3", { class: "fn-small" }, "What comes nearest"),
    make("ol", {}, rows.slice(0, NEAR)),
    more.length ? make("details", {}, make("summary", {}, `${more.length} more`), make("ol", {}, more)) : null,
  );
}

function snippet({ text, document }) {
  const line = snippetOf(text, document);
  return line.length <= SNIPPET ? line : `${line.slice(0, SNIPPET)}…`;
}
