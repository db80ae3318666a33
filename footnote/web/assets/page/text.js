// A document's text as blocks. The text that stands in them is the document's own, to the character.
import { make } from "./dom.js";

export function textView(blocks, marked) {
  const node = make("div", { class: "fn-text" });
  for (let at = 0; at < blocks.length; at += 1) {
    if (!tabular(blocks[at])) node.append(block(blocks[at], at, marked));
    else {
      const first = at;
      while (tabular(blocks[at + 1])) at += 1;
      node.append(table(blocks.slice(first, at + 1), first, marked));
    }
  }
  return node;
}

function tabular(block) {
  return block !== undefined && ["columns", "rule", "row"].includes(block.kind);
}

function block({ kind, level, flows, parts }, at, marked) {
  const heading = kind === "heading" ? { role: "heading", "aria-level": Math.min(level + 2, 6), "data-level": Math.min(level, 3) } : {};
  const bulleted = kind === "item" && /^\s*[-*•+–◦▪]?\s*$/.test(parts[0].role === "markup" ? parts[0].text : "");
  const classes = ["fn-block", `fn-${kind}`, flows ? "fn-flows" : null, bulleted ? "fn-bulleted" : null];
  const indent = kind === "item" && level ? { "data-indent": Math.min(Math.ceil(level / 2), 4) } : {};
  return make("div", { class: classes.filter(Boolean).join(" "), "data-block": at, ...heading, ...indent }, parts.map((part) => piece(part, kind === "heading" || bulleted, marked)));
}

function piece({ text, mark, role }, hides, marked) {
  const kind = mark && marked ? { class: "fn-mark", "data-mark": mark } : null;
  if (role === "gap" || (role === "markup" && hides)) return make("span", { class: "fn-hidden" }, kind ? make("mark", kind, text) : text);
  const shown = kind ? make("mark", kind, text) : text;
  return role === "markup" ? make("span", { class: "fn-markup" }, shown) : shown;
}

// Rows under the names of their columns, which each row may repeat.
function table(rows, first, marked) {
  const head = rows[0].kind === "columns" ? cellsOf(rows[0]).map((cell) => cell.text) : [...new Set(rows.flatMap((row) => cellsOf(row).map((cell) => cell.name)))].filter(Boolean);
  const named = rows[0].kind !== "columns" && head.length ? [make("tr", { "aria-hidden": "true" }, head.map((name) => make("th", { "data-said": name })))] : [];
  const body = rows.map((row, at) => line(row, first + at, head, marked));
  return make("div", { class: "fn-scroll", tabindex: 0, role: "region", "aria-label": "Table" }, make("table", {}, named, body));
}

// The cells of a row: each with its column's name, if the row says it, and the parts up to the next.
function cellsOf({ parts }) {
  const cells = [];
  let pending = [];
  for (const part of parts) {
    if (part.role === "name") pending.push(part);
    else if (part.role === "cell") {
      const name = pending.findLast((each) => each.role === "name");
      const last = cells.at(-1);
      // A mark cuts a cell in two.
      if (last && !pending.length) {
        last.parts.push(part);
        last.text += part.text;
      } else cells.push({ name: name?.text.replace(/: $/, ""), text: part.text, parts: [...pending, part] });
      pending = [];
    } else if (cells.length && !pending.length) pending = [part];
    else pending.push(part);
  }
  if (pending.length && cells.length) cells.at(-1).parts.push(...pending);
  else if (pending.length) cells.push({ text: "", parts: pending });
  return cells;
}

function line(row, at, head, marked) {
  if (row.kind === "rule") return make("tr", { class: "fn-hidden" }, make("td", {}, row.parts.map((part) => part.text)));
  const tag = row.kind === "columns" ? "th" : "td";
  const cells = [];
  for (const cell of cellsOf(row)) {
    const column = cell.name === undefined ? cells.length : head.indexOf(cell.name);
    while (cells.length < column) cells.push(make(tag));
    cells.push(make(tag, {}, cell.parts.map((part) => (part.role === "cell" ? piece(part, false, marked) : hidden(part, marked)))));
  }
  return make("tr", { "data-block": at }, cells);
}

function hidden({ text, mark }, marked) {
  return make("span", { class: "fn-hidden" }, mark && marked ? make("mark", { class: "fn-mark", "data-mark": mark }, text) : text);
}
