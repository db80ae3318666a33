// Take answers along: as Markdown with footnotes, as plain notes, as JSON.
import { paragraphs, placeOf } from "./layout.js";

export function markdownOf({ question, answer }, prefix = "") {
  const mark = (number) => `[^${prefix}${number}]`;
  const notes = answer.citations.map((each) => `${mark(each.number)}: “${escaped(line(each.quote))}” — ${escaped(source(each))}`);
  return [`**${escaped(question)}**`, ...texts(answer, mark, escaped), ...(notes.length ? [notes.join("\n")] : [])].join("\n\n");
}

export function notesOf({ question, answer }) {
  const mark = (number) => ` [${number}]`;
  const notes = answer.citations.map((each) => `[${each.number}] “${line(each.quote)}” ${source(each)}`);
  return [question, ...texts(answer, mark, (text) => text), ...(notes.length ? [notes.join("\n")] : [])].join("\n\n");
}

export function conversationMarkdown(turns) {
  // Each answer counts its citations from 1, and a Markdown file knows one footnote of a name.
  return turns.map((turn, at) => markdownOf(turn, `${at + 1}-`)).join("\n\n---\n\n");
}

export function conversationJson(turns) {
  return JSON.stringify(turns.map(({ question, documents, answer }) => ({ question, documents, answer })), null, 2);
}

// A link that asks the question again. It stands behind the "#", which no server gets to see.
export function linkTo({ question, documents }) {
  const asked = new URLSearchParams([["ask", question], ...documents.map((name) => ["in", name])]);
  return `${document.baseURI.split("#")[0]}#${asked}`;
}

export function askedByLink() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const question = asked.get("ask");
  return question ? { question, documents: asked.getAll("in") } : null;
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without TLS, beyond this machine, browsers offer the older way alone.
    const box = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    if (!copied) throw new Error("the browser does not let this page copy");
  }
}

export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

// A document's own line breaks, which a browser shows as spaces, are spaces here too.
function texts(answer, mark, written) {
  return paragraphs(answer).map((pieces) => pieces.map((piece) => (piece.cite === undefined ? written(flowing(piece.text)) : mark(piece.cite))).join(""));
}

function flowing(text) {
  return text.replace(/\s*\n\s*/g, " ");
}

function source(citation) {
  const place = [citation.title, placeOf(citation)].filter(Boolean).join(", ");
  return `${place} (${citation.document}, characters ${citation.start} to ${citation.end})`;
}

function line(text) {
  return text.replace(/\s+/g, " ").trim();
}

// What Markdown would take for markup. A document's words must come out as they are.
function escaped(text) {
  const inner = text.replace(/[\\`*_{}[\]<>#|~!]/g, "\\$&");
  return inner.replace(/^(\s*)([-+=]|\d+(?=[.)]))/gm, "$1\\$2").replace(/\\(\d+)(?=[.)])/g, "$1\\");
}
