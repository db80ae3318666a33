// The server's interface for a widget. No cookie goes along, and nothing is asked of another host.
import type { Around, Config } from "./records";

// Milliseconds for what is not streamed.
const PATIENCE = 15_000;
const TOLD_IN = 50;

// Why something was not answered. `until` is when it may be asked again, as Date.now() counts.
export interface Refusal {
  code: "unreachable" | "forbidden" | "blocked" | "unknown" | "many" | "busy" | "broken" | "silent" | "failed" | "unset";
  status: number;
  // The server's own words, and the name under which its log has more.
  message: string;
  id: string;
  until: number;
}

export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

export function refused(code: Refusal["code"], told?: Partial<Refusal>): Refused {
  return new Refused({ status: 0, message: "", id: "", until: 0, ...told, code });
}

export class Api {
  // Whether this page was let in once: from then on, what fails is not a matter of its origin.
  #admitted = false;
  #until = 0;
  #waiting: Refusal["code"] = "busy";

  constructor(readonly base: string, readonly id: string) {}

  async config(signal: AbortSignal): Promise<Config> {
    return (await this.#json("", signal)) as Config;
  }

  async around(document: string, start: number, end: number, signal: AbortSignal): Promise<Around> {
    const path = `/documents/${encodeURIComponent(document)}/around?start=${start}&end=${end}`;
    return (await this.#json(path, signal)) as Around;
  }

  // `body` is JSON; the events of the answer are the response's body.
  async ask(body: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    // Before the server may be asked again it is not.
    if (Date.now() < this.#until) throw refused(this.#waiting, { until: this.#until });
    const response = await this.#send("/ask", signal, body, "text/event-stream");
    if (!response.body) throw refused("broken");
    return response.body;
  }

  async feedback(body: string, signal: AbortSignal): Promise<void> {
    await timed(signal, (both) => this.#send("/feedback", both, body));
  }

  sourceLink(document: string, start: number, end: number): string {
    return `${this.base}/#document=${encodeURIComponent(document)}&start=${start}&end=${end}`;
  }

  async #json(path: string, signal: AbortSignal): Promise<unknown> {
    return timed(signal, async (both) => {
      const response = await this.#send(path, both);
      try {
        return await response.json();
      } catch {
        throw refused(both.aborted ? "silent" : "broken");
      }
    });
  }

  async #send(path: string, signal: AbortSignal, body?: string, accept = "application/json"): Promise<Response> {
    if (!this.base || !this.id) throw refused("unset");
    let blocked = false;
    const watch = (event: SecurityPolicyViolationEvent) => {
      if (event.blockedURI.indexOf(new URL(this.base).origin) === 0) blocked = true;
    };
    document.addEventListener("securitypolicyviolation", watch);
    try {
      const url = `${this.base}/api/v1/widgets/${encodeURIComponent(this.id)}${path}`;
      const response = await fetch(url, { ...OPTIONS, signal, ...(body === undefined ? { headers: { Accept: accept } } : posted(body, accept)) });
      if (!response.ok) throw await this.#refusedBy(response);
      this.#admitted = true;
      return response;
    } catch (error) {
      if (error instanceof Refused || signal.aborted) throw error;
      const there = !this.#admitted && (await this.#isThere(signal));
      // What the page's policy has blocked is told to the page a little later.
      await new Promise((resolve) => setTimeout(resolve, TOLD_IN));
      throw refused(blocked ? "blocked" : there ? "forbidden" : "unreachable");
    } finally {
      document.removeEventListener("securitypolicyviolation", watch);
    }
  }

  // A page that is not let in cannot read why, but a server that is gone cannot be told from
  // that otherwise.
  async #isThere(signal: AbortSignal): Promise<boolean> {
    try {
      await fetch(`${this.base}/widget.js`, { ...OPTIONS, mode: "no-cors", redirect: "follow", cache: "no-cache", signal });
      return true;
    } catch {
      return false;
    }
  }

  async #refusedBy(response: Response): Promise<Refused> {
    const { status } = response;
    const code = status === 403 ? "forbidden" : status === 404 ? "unknown" : status === 429 ? "many" : status === 503 ? "busy" : "failed";
    const until = code === "many" || code === "busy" ? untilOf(response.headers.get("Retry-After")) : 0;
    if (until) {
      this.#until = until;
      this.#waiting = code;
    }
    try {
      const { error } = await response.json();
      return refused(code, { status, until, message: String(error.message), id: String(error.id || "") });
    } catch {
      return refused(code, { status, until });
    }
  }
}

const OPTIONS: RequestInit = { mode: "cors", credentials: "omit", referrerPolicy: "strict-origin", redirect: "error" };

function posted(body: string, accept: string): RequestInit {
  return { method: "POST", body, headers: { Accept: accept, "Content-Type": "application/json" } };
}

// Seconds, or a date (RFC 9110, 10.2.3).
function untilOf(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  return seconds >= 0 ? Date.now() + seconds * 1000 : Date.parse(header) || 0;
}

async function timed<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const both = new AbortController();
  const stop = () => both.abort();
  const timer = setTimeout(stop, PATIENCE);
  signal.addEventListener("abort", stop);
  try {
    return await work(both.signal);
  } catch (error) {
    throw both.signal.aborted && !signal.aborted ? refused("silent") : error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
