// Take answers along: as Markdown with footnotes, as plain notes, as JSON.
import { BULLET, confidenceIn, lineOf, paragraphs, placeOf, scopeOf, scopeTold } from "./layout.js";

export function markdownOf(turn, prefix = "") {
  const { question, answer } = turn;
  const mark = (number) => `[^${prefix}${number}]`;
  const notes = answer.citations.map((each) => `${mark(each.number)}: “${escaped(lineOf(each.quote))}” — ${escaped(source(each))}`);
  return [`**${escaped(question)}**`, ...texts(turn, mark, escaped), ...(notes.length ? [notes.join("\n")] : [])].join("\n\n");
}

export function notesOf(turn) {
  const { question, answer } = turn;
  const mark = (number) => ` [${number}]`;
  const notes = answer.citations.map((each) => `[${each.number}] “${lineOf(each.quote)}” ${source(each)}`);
  return [question, ...texts(turn, mark, (text) => text), ...(notes.length ? [notes.join("\n")] : [])].join("\n\n");
}

export function conversationMarkdown(turns) {
  // Each answer counts its citations from 1, and a Markdown file knows one footnote of a name.
  return turns.map((turn, at) => `${markdownOf(turn, `${at + 1}-`)}\n\n${escaped(toldOf(turn))}`).join("\n\n---\n\n");
}

export function conversationJson(turns) {
  return JSON.stringify(turns.map((turn) => ({ question: turn.question, scope: { documents: scopeOf(turn), searched: turn.searched ?? null }, sureness: confidenceIn(turn.answer)?.line ?? null, answer: turn.answer })), null, 2);
}

// What it was asked of, how sure the answer is, and who wrote it.
function toldOf(turn) {
  const { mode, note } = turn.answer;
  return [scopeTold(turn), confidenceIn(turn.answer)?.line, mode === "generated" ? "written by a language model" : null, note].filter(Boolean).join(" · ");
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

function texts({ answer, markers }, mark, written) {
  return paragraphs(answer, markers).map(({ pieces, marker }) => {
    const text = pieces.map((piece) => (piece.cite === undefined ? written(piece.text) : mark(piece.cite))).join("");
    return marker ? `${marker === BULLET ? "-" : marker} ${text}` : text;
  });
}

function source(citation) {
  const place = [citation.title, placeOf(citation)].filter(Boolean).join(", ");
  return `${place} (${citation.document})`;
}

// What Markdown would take for markup. A document's words must come out as they are.
function escaped(text) {
  const inner = text.replace(/[\\`*_{}[\]<>#|~!]/g, "\\$&");
  return inner.replace(/^(\s*)([-+=]|\d+(?=[.)]))/gm, "$1\\$2").replace(/\\(\d+)(?=[.)])/g, "$1\\");
}
