// How an answer is laid out, as data: nothing here touches the page.

// Cut an answer's text into paragraphs of pieces: a text, strong or not, or a citation's number.
export function paragraphs(answer) {
  const laid = [[]];
  for (const piece of pieces(answer)) {
    if (piece.break) laid.push([]);
    else laid.at(-1).push(piece);
  }
  return laid.filter((paragraph) => paragraph.length);
}

function* pieces({ text, statements, citations, short_answer }) {
  const known = new Set(citations.map((each) => each.number));
  let at = 0;
  let short = short_answer;
  for (const statement of statements) {
    const found = text.indexOf(statement.text, at);
    if (found < 0) continue;
    yield* between(text.slice(at, found));
    yield* said(statement.text, short);
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
  // Where nearly all stands out, nothing does.
  if (at < 0 || short.length > 0.6 * text.length) return yield { text };
  if (at) yield { text: text.slice(0, at) };
  yield { text: short, strong: true };
  if (at + short.length < text.length) yield { text: text.slice(at + short.length) };
}

// What of an answer its documents say differently, each with what it says.
export function disagreement({ conflicts, statements, citations }) {
  const numbers = [...new Set(conflicts.flat())].sort((a, b) => a - b);
  return numbers.flatMap((number) => {
    const citation = citations.find((each) => each.number === number);
    const statement = statements.find((each) => each.citations.includes(number));
    return citation && statement ? [{ citation, text: statement.text }] : [];
  });
}

export function confidenceIn({ status, confidence }) {
  if (status !== "answered") return null;
  const figure = `${Math.round(confidence * 100)} of 100 answers that look like this one are right`;
  if (confidence >= 0.8) return { words: "Very likely right", figure };
  if (confidence >= 0.6) return { words: "Probably right", figure };
  return { words: "May be wrong: look at the quote", figure };
}

export function placeOf({ section, page, page_label }) {
  return [section, pageOf(page, page_label)].filter(Boolean).join(" · ");
}

// A page by the number that it shows, and by its number in the file where that is another.
export function pageOf(page, label) {
  if (!page) return null;
  return label ? `p. ${label} (page ${page} of the file)` : `page ${page}`;
}
