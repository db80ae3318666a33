// <footnote-chat>: the chat, in the text of a page or, with `launcher`, behind a button in its corner.
import { Api, type Refusal, refused, Refused } from "./api";
import { add, button, icon, make } from "./dom";
import { CHAT } from "./icons";
import { Panel } from "./panel";
import type { Answer, Config } from "./records";
import { ATTRIBUTES, inkOn, type Settings, settingsOf } from "./settings";
import style from "./style.css";
import { textsIn } from "./texts";

export const NAME = "footnote-chat";

// Milliseconds that the chat waits for what its operator has set before it shows.
const UNSEEN = 1_500;

let sheet: CSSStyleSheet | null = null;

// The address that this script came from, without the script's own name.
export function baseOf(src: string): string {
  const url = new URL(src);
  return url.origin + url.pathname.replace(/(?:\/widget\/[^/]+)?\/[^/]*$/, "");
}

const OWN = document.currentScript instanceof HTMLScriptElement ? baseOf(document.currentScript.src) : "";

export class FootnoteChat extends HTMLElement {
  // Browsers iterate over it, so that it brings an iterator of its own.
  static readonly observedAttributes: Iterable<string> = { [Symbol.iterator]: observed };

  readonly #root = make("div", { class: "root" });
  #launcher: HTMLButtonElement | null = null;
  #panel: Panel | null = null;
  #config: Config = {};
  #settings!: Settings;
  #trouble: Refusal | null = null;
  #loading: AbortController | null = null;
  #before: HTMLElement | null = null;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
    }
    // Set by index: to convert an array is to iterate over it, by what the page may have changed.
    shadow.adoptedStyleSheets[0] = sheet;
    shadow.appendChild(this.#root);
    this.#root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing && this.#left()) event.stopPropagation();
      else kept(event);
    });
    this.#root.addEventListener("keyup", kept);
    this.#root.addEventListener("keypress", kept);
  }

  connectedCallback(): void {
    // Moved on its page, it goes on as it was.
    if (this.#panel && this.#loading) return;
    if (!this.#panel) this.#build();
    this.#apply();
    void this.#load();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#loading?.abort();
      this.#loading = null;
      this.#panel?.leave();
    });
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#panel || before === after) return;
    if (name === "widget" || name === "data-server") this.#restart();
    else this.#apply();
  }

  get isOpen(): boolean {
    return !!this.#panel && !this.#panel.node.hidden;
  }

  open(): void {
    if (!this.#panel) return this.setAttribute("data-open", "");
    this.#show(true);
    this.#panel.focus();
  }

  close(): void {
    if (!this.#launcher || !this.isOpen) return;
    const back = this.#before?.isConnected ? this.#before : this.#launcher;
    this.#show(false);
    back.focus();
  }

  // Ask, and open for it; gives the answer, or null where none came.
  async ask(question: string): Promise<Answer | null> {
    if (!this.#panel || !String(question).trim()) return null;
    if (!this.isOpen) this.open();
    return this.#panel.ask(String(question).trim());
  }

  destroy(): void {
    this.remove();
  }

  #build(): void {
    const base = serverOf(this.getAttribute("data-server"));
    const id = this.getAttribute("widget") || "";
    const launched = this.hasAttribute("launcher");
    const tell = (name: string, detail: unknown) => this.dispatchEvent(new CustomEvent(`footnote:${name}`, { detail, bubbles: true, composed: true }));
    this.#panel = new Panel(new Api(base, id), {
      settings: () => this.#settings,
      trouble: () => this.#trouble,
      reload: () => void this.#load(),
      close: launched ? () => this.close() : null,
      answered: (question, answer) => tell("answer", { question, answer }),
      failed: (question, refusal) => tell("error", { question, ...refusal }),
    });
    this.#root.hidden = true;
    if (launched) {
      this.#launcher = button({ class: "launcher", part: "launcher", "aria-expanded": "false" }, () => this.open(), icon(CHAT));
      add(this.#root, this.#launcher);
      this.#panel.node.setAttribute("role", "dialog");
      this.#show((this.getAttribute("data-open") ?? "false") !== "false");
    } else this.#root.classList.add("inline");
    add(this.#root, this.#panel.node);
  }

  #restart(): void {
    this.#loading?.abort();
    this.#panel!.leave();
    while (this.#root.firstChild) this.#root.firstChild.remove();
    this.#launcher = null;
    this.#config = {};
    this.#trouble = null;
    this.#build();
    this.#apply();
    if (this.isConnected) void this.#load();
  }

  async #load(): Promise<void> {
    const loading = (this.#loading = new AbortController());
    const timer = setTimeout(() => (this.#root.hidden = false), UNSEEN);
    try {
      this.#config = await this.#panel!.api.config(loading.signal);
      this.#trouble = null;
    } catch (error) {
      this.#trouble = error instanceof Refused ? error.refusal : refused("failed").refusal;
    }
    clearTimeout(timer);
    if (loading.signal.aborted) return;
    this.#root.hidden = false;
    this.#apply();
    if (this.#trouble) this.#complain(this.#trouble);
  }

  #complain({ code, status, message, id }: Refusal): void {
    const { base } = this.#panel!.api;
    const way =
      code === "forbidden" ? `its operator has not listed ${window.origin}: add "${window.origin}" to the widget's origins on the server; if it is there, the server fails` :
      code === "blocked" ? `this page's Content-Security-Policy blocks it: add ${new URL(base).origin} to connect-src` :
      code === "unset" ? "give the tag data-widget (or widget) with a public id, and data-server where the script is not the server's own" :
      message || code;
    console.error(`Footnote: the chat "${this.getAttribute("widget") || ""}" of ${base || "no server"} does not work: ${way}${status ? ` (status ${status}${id ? `, error ${id}` : ""})` : ""}`);
    this.dispatchEvent(new CustomEvent("footnote:error", { detail: { question: null, ...this.#trouble }, bubbles: true, composed: true }));
  }

  #apply(): void {
    this.#settings = settingsOf(this, this.#config);
    const { color, lang, position, theme, title } = this.#settings;
    const { style } = this.#root;
    this.#root.lang = lang;
    this.#root.setAttribute("data-theme", theme);
    this.#root.setAttribute("data-position", position);
    if (color) {
      style.setProperty("--color", color);
      style.setProperty("--on-color", inkOn(color));
    } else {
      style.removeProperty("--color");
      style.removeProperty("--on-color");
    }
    const name = `${textsIn(lang).open}: ${title}`;
    this.#launcher?.setAttribute("aria-label", name);
    this.#launcher?.setAttribute("title", name);
    this.#panel!.show();
  }

  #show(open: boolean): void {
    if (!this.#launcher || !this.#panel) return;
    const { activeElement } = document;
    if (open && !this.isOpen) this.#before = activeElement instanceof HTMLElement && activeElement !== this && activeElement !== document.body ? activeElement : null;
    this.#panel.node.hidden = !open;
    this.#launcher.hidden = open;
    this.#launcher.setAttribute("aria-expanded", String(open));
  }

  // Leave the source, else close; tells whether there was something to leave.
  #left(): boolean {
    if (this.#panel!.back()) return true;
    const closes = !!this.#launcher && this.isOpen;
    this.close();
    return closes;
  }
}

// A page's shortcuts of one key are not for what is written here; it sees this element as the
// target, and not the box.
function kept(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (key !== "Escape" && key !== "Tab" && !ctrlKey && !metaKey && !altKey) event.stopPropagation();
}

function* observed(): Generator<string> {
  yield "widget";
  yield "data-server";
  for (let at = 0; at < ATTRIBUTES.length; at++) yield `data-${ATTRIBUTES[at]}`;
}

function serverOf(given: string | null): string {
  if (!given) return OWN;
  try {
    const url = new URL(given, document.baseURI);
    if (url.protocol === "https:" || url.protocol === "http:") return (url.origin + url.pathname).replace(/\/$/, "");
  } catch {
    // Told below.
  }
  console.error(`Footnote: data-server is ${JSON.stringify(given)}; give an address as https://chat.example.org`);
  return "";
}
