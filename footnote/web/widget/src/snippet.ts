// A passage as a line or two show it; what is opened stays as the document has it.
import type { Passage } from "./records";

// Rules and the edges of code blocks; what begins headings and quotes; rows of tables.
const RULES = /^(?:[\s|:=*_-]{3,}|\s*(?:```|~~~).*)$/gm;
const BEGINS = /^\s*(?:>\s?)*(?:#{1,6}\s+)?/gm;
const ROW = /^\|.*(?<!\\)\|\s*$/gm;
const BETWEEN = /(?<!\\)\|[\s|]*/g;

// Of a file that is Markdown, without its marks: as layout.js of the server's own page does it.
export function snippetOf({ text, document }: Passage): string {
  if (!/\.(md|markdown)$/i.test(document)) return text;
  // A row begins and ends between two cells.
  const cells = (row: string) => row.replace(BETWEEN, " · ").slice(3, -3).replace(/\\\|/g, "|") + "\n";
  return text.replace(RULES, "").replace(BEGINS, "").replace(ROW, cells);
}
