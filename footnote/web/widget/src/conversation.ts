// The conversation: what was asked, what came, and what goes along with the next question.
import { type Api, refused, type Refusal, Refused } from "./api";
import type { Answer, Passage } from "./records";
import { readEvents } from "./stream";

const MOST_TURNS = 8;
// Bytes. The server reads 16,000 of a body.
const MOST_BODY = 15_000;
export const MOST_QUESTION = 2_000;
// Milliseconds without an event until the person is told, and without a byte until it is given up.
const SLOW = 8_000;
const SILENT = 45_000;
const TICK = 1_000;

export interface Turn {
  question: string;
  state: "busy" | "done" | "stopped" | "failed";
  // The text as far as it came.
  text: string;
  slow: boolean;
  answer: Answer | null;
  refusal: Refusal | null;
  rating: "good" | "bad" | null;
  // Not meant as it was understood from those before it: none of them goes along.
  alone: boolean;
}

export interface Told {
  // A turn is new or in another state.
  changed(turn: Turn): void;
  came(turn: Turn, text: string): void;
  answered(turn: Turn, answer: Answer): void;
  failed(turn: Turn, refusal: Refusal): void;
}

export class Conversation {
  turns: Turn[] = [];
  #running: AbortController | null = null;

  constructor(readonly api: Api, readonly told: Told) {}

  get busy(): boolean {
    return this.#running !== null;
  }

  // Ask; what is under way is stopped. Returns null where no answer came.
  ask(question: string): Promise<Answer | null> {
    this.stop();
    const turn: Turn = { question, state: "busy", text: "", slow: false, answer: null, refusal: null, rating: null, alone: false };
    this.turns[this.turns.length] = turn;
    return this.#answer(turn);
  }

  again(turn: Turn): Promise<Answer | null> {
    this.stop();
    turn.state = "busy";
    turn.text = "";
    turn.slow = false;
    turn.refusal = turn.rating = null;
    return this.#answer(turn);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  clear(): void {
    this.stop();
    this.turns = [];
  }

  async #answer(turn: Turn): Promise<Answer | null> {
    const running = (this.#running = new AbortController());
    this.told.changed(turn);
    try {
      const answer = await this.#streamed(turn, running);
      this.#end(running);
      turn.answer = kept(answer);
      turn.text = answer.text;
      turn.state = "done";
      this.told.changed(turn);
      this.told.answered(turn, answer);
      return answer;
    } catch (error) {
      this.#end(running);
      turn.refusal = error instanceof Refused ? error.refusal : null;
      if (!turn.refusal && !running.signal.aborted) turn.refusal = refused("failed", { message: String(error) }).refusal;
      turn.state = turn.refusal ? "failed" : "stopped";
      this.told.changed(turn);
      if (turn.refusal) this.told.failed(turn, turn.refusal);
      return null;
    }
  }

  #end(running: AbortController): void {
    if (this.#running === running) this.#running = null;
  }

  async #streamed(turn: Turn, running: AbortController): Promise<Answer> {
    const since = { byte: Date.now(), event: Date.now() };
    let silent = false;
    const timer = setInterval(() => {
      if (Date.now() - since.byte >= SILENT) {
        silent = true;
        running.abort();
      } else if (!turn.slow && Date.now() - since.event >= SLOW) {
        turn.slow = true;
        this.told.changed(turn);
      }
    }, TICK);
    try {
      return await this.#read(turn, running.signal, since);
    } catch (error) {
      if (silent) throw refused("silent");
      // What breaks after the first byte is no server that cannot be reached.
      throw error instanceof Refused || running.signal.aborted ? error : refused("broken");
    } finally {
      clearInterval(timer);
    }
  }

  async #read(turn: Turn, signal: AbortSignal, since: { byte: number; event: number }): Promise<Answer> {
    const body = await this.api.ask(this.#body(turn), signal);
    let answer: Answer | null = null;
    const heard = () => (since.byte = Date.now());
    await readEvents(body, heard, (name, data) => {
      since.event = Date.now();
      const given = JSON.parse(data);
      if (name === "delta") {
        turn.text += given.text;
        this.told.came(turn, given.text);
      } else if (name === "error") {
        throw refused("failed", { message: String(given.error.message), id: String(given.error.id || "") });
      } else if (name === "answer") answer = given;
      return answer !== null;
    });
    if (!answer) throw refused("broken");
    return answer;
  }

  // The question with the newest turns before it that fit. It is put together by hand: a page may
  // have given Array.prototype or Object.prototype a toJSON.
  #body(turn: Turn): string {
    const head = `{"question":${JSON.stringify(turn.question)},"history":[`;
    let history = "";
    let count = 0;
    let at = this.turns.length - 1;
    while (at >= 0 && this.turns[at] !== turn) at--;
    for (at--; !turn.alone && at >= 0 && count < MOST_TURNS; at--) {
      const { question, state, text } = this.turns[at];
      if (state !== "done") continue;
      const one = `{"question":${JSON.stringify(question)},"answer":${JSON.stringify(text)}}`;
      const longer = history ? `${one},${history}` : one;
      if (bytes(head + longer) > MOST_BODY) break;
      history = longer;
      count++;
    }
    return `${head}${history}]}`;
  }
}

// So much of a text, and no half of a character at its end.
export function cut(text: string, most: number): string {
  const part = text.slice(0, most);
  return part.charCodeAt(part.length - 1) >> 10 === 0x36 ? part.slice(0, -1) : part;
}

export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

// What of an answer is shown. Passages are, only where nothing was found.
function kept(answer: Answer): Answer {
  const none: Passage[] = [];
  return answer.status === "not_found" ? answer : { ...answer, passages: none };
}
