// How an answer is laid out, as data: nothing here touches the page.
import { counted } from "./dom.js";

export const BULLET = "•";
const NUMBERED = /^\s*(\(?(?:\d{1,3}|[a-z])[.)])\s*$/i;

// Cut an answer's text into paragraphs: its pieces (a text, strong or not, or a citation's number), and the
// marker of a list's item, null where it is none. `markers` are those that the items have in their document.
export function paragraphs(answer, markers = {}) {
  const laid = [[]];
  for (const piece of pieces(answer)) {
    if (piece.break) laid.push([]);
    else laid.at(-1).push(piece);
  }
  const kept = laid.filter((paragraph) => paragraph.length);
  const list = kept.length > 2 && answer.statements[0]?.text.endsWith(":");
  const numberOf = (paragraph) => paragraph.find((piece) => piece.cite !== undefined)?.cite;
  return kept.map((paragraph, at) => ({ pieces: paragraph, marker: list && at ? markers[numberOf(paragraph)] || BULLET : null }));
}

// "1." or "b)": how the items that are cited are numbered in their document, by the citation's number.
export function markersOf({ citations, passages }) {
  const found = citations.map(({ number, document_id, start, end }) => {
    const passage = passages.find((each) => each.document_id === document_id && each.start <= start && end <= each.end);
    const line = passage && [...passage.text].slice(0, start - passage.start).join("").split("\n").at(-1);
    return [number, line?.match(NUMBERED)?.[1]];
  });
  return Object.fromEntries(found.filter(([, marker]) => marker));
}

function* pieces({ text, statements, citations, short_answer }) {
  const known = new Set(citations.map((each) => each.number));
  let at = 0;
  let short = short_answer;
  for (const statement of statements) {
    const found = text.indexOf(statement.text, at);
    if (found < 0) continue;
    yield* between(text.slice(at, found));
    if (statement.unsupported) yield { text: statement.text, unsupported: true };
    else yield* statement.citations.length ? said(statement.text, short) : between(statement.text);
    for (const number of statement.citations) if (known.has(number)) yield { cite: number };
    at = found + statement.text.length;
    // The shortest answer stands out once.
    if (short && statement.text.includes(short)) short = null;
  }
  yield* between(text.slice(at));
}

function* between(text) {
  for (const [number, line] of text.split(/\s*\n\s*/).entries()) {
    if (number) yield { break: true };
    if (line) yield { text: line };
  }
}

function* said(text, short) {
  const at = short ? text.indexOf(short) : -1;
  const shown = unwrapping(text);
  // Where nearly all stands out, nothing does.
  if (at < 0 || short.length > 0.6 * text.length) return yield { text: shown(text) };
  if (at) yield { text: shown(text.slice(0, at)) };
  yield { text: shown(short), strong: true };
  if (at + short.length < text.length) yield { text: shown(text.slice(at + short.length)) };
}

// Where a file's lines end within a sentence, a space is read. Lines that are set in, as those of code, stay.
function unwrapping(text) {
  if (/\n[ \t]/.test(text)) return (part) => part;
  return (part) => part.replace(/(?<=[\p{L}]-)\n(?=\p{Ll})/gu, "").replace(/ *(?<!\n)\n(?!\n)/g, " ");
}

// What of an answer its documents say differently, each with what it says.
export function disagreement({ conflicts, statements, citations }) {
  const numbers = [...new Set(conflicts.flat())].sort((a, b) => a - b);
  return numbers.flatMap((number) => {
    const citation = citations.find((each) => each.number === number);
    const statement = statements.find((each) => each.citations.includes(number));
    return citation && statement ? [{ citation, text: unwrapping(statement.text)(statement.text) }] : [];
  });
}

// How sure an answer is: a line with the figure, and what it means. Null where the answer does not say.
export function confidenceIn({ status, confidence, conflicts }) {
  if (status !== "answered" || typeof confidence !== "number") return null;
  const words = confidence >= 0.8 ? "Very likely right" : confidence >= 0.6 ? "Probably right" : "May be wrong: look at the quote";
  const which = conflicts?.length ? "The first of them: " : "";
  return {
    line: `${which}${which ? words.toLowerCase() : words} · ${confidence.toFixed(2)}`,
    told: `${Math.round(confidence * 100)} of 100 answers that look like this one are right`,
  };
}

// The documents that a question was asked of: a name and a title each, none where it was asked of all.
export function scopeOf({ documents, titles = [] }) {
  return documents.map((name, at) => ({ name, title: titles[at] || name }));
}

export function scopeTold(turn) {
  if (turn.documents.length) return `Asked of ${scopeOf(turn).map(({ title }) => title).join(", ")}`;
  return `Asked of all ${turn.searched ? counted(turn.searched, "document") : "documents"}`;
}

export function placeOf({ section, page, page_label }) {
  return [section, pageOf(page, page_label)].filter(Boolean).join(" · ");
}

// A page by the number that it shows, and by its number in the file where that is another.
export function pageOf(page, label) {
  if (!page) return null;
  return label ? `p. ${label} (page ${page} of the file)` : `page ${page}`;
}

// A text as one line.
export function lineOf(text) {
  return text.replace(/\s+/g, " ").trim();
}

// A passage as one line. Of a file that is Markdown, without the marks of headings, tables, quotes and code
// blocks, which say nothing in a line; its cells are parted by dots. What is cited stays as the file has it.
export function snippetOf(text, name) {
  return lineOf(/\.(md|markdown)$/i.test(name) ? unmarked(text) : text);
}

function unmarked(text) {
  const shown = (line) => /^\s*\|.*\|\s*$/.test(line) ? cells(line) : line.replace(/^\s*(?:>\s?)*(?:#{1,6}\s+)?/, "");
  return text.split("\n").filter((line) => !/^(?:[\s|:=*_-]{3,}|\s*(?:```|~~~).*)$/.test(line)).map(shown).join("\n");
}

function cells(row) {
  return row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")).filter(Boolean).join(" · ");
}
