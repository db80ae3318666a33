// Read server-sent events (the HTML standard, 9.2.6) from the body of a response.

// `heard` is called for whatever comes, comments too; `on` for each event until it returns true.
export async function readEvents(
  body: ReadableStream<Uint8Array>,
  heard: () => void,
  on: (name: string, data: string) => boolean,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = new Parser(on);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      if (parser.feed(decoder.decode(value, { stream: true }))) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

class Parser {
  #rest = "";
  #name = "";
  #data = "";
  #some = false;

  constructor(readonly on: (name: string, data: string) => boolean) {}

  // Take a part of the stream; tell whether no more is wanted.
  feed(part: string): boolean {
    let text = this.#rest + part;
    for (;;) {
      const end = endOfLine(text);
      if (end < 0) break;
      const line = text.slice(0, end);
      text = text.slice(text[end] === "\r" && text[end + 1] === "\n" ? end + 2 : end + 1);
      if (this.#line(line)) return true;
    }
    this.#rest = text;
    return false;
  }

  #line(line: string): boolean {
    if (line === "") {
      const { on } = this;
      const ended = this.#some && on(this.#name || "message", this.#data);
      this.#name = this.#data = "";
      this.#some = false;
      return ended;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#name = value;
    else if (field === "data") {
      this.#data += this.#some ? `\n${value}` : value;
      this.#some = true;
    }
    return false;
  }
}

// A carriage return at the very end may be half of an end of line.
function endOfLine(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\n" || (text[at] === "\r" && at + 1 < text.length)) return at;
  }
  return -1;
}
