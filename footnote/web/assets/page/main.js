// The page: its parts, and how they hang together.
import { get, onKeyWanted } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { askedByLink, conversationJson, conversationMarkdown, download } from "./copying.js";
import { Documents } from "./documents.js";
import { closing, make, placed } from "./dom.js";
import { failure } from "./failure.js";
import { Source } from "./source.js";
import { setting } from "./store.js";
import { startTips } from "./tips.js";
import { welcomeView } from "./welcome.js";

const THEMES = ["auto", "light", "dark"];

const [header, talk, side] = await Promise.all(["#fn-header .fn-bar", "#fn-conversation .fn-talk", "#fn-side .fn-panes-of"].map(placed));
const find = (selector) => document.querySelector(selector);
const welcome = talk.querySelector(".fn-welcome");
let about = { documents: 0, feedback: false };

const source = new Source(side.querySelector(".fn-source"), { back, step, front: () => showTab("source") });
const documents = new Documents(side.querySelector(".fn-documents"), { open: (place, how) => source.open(place, how), chosen: (names) => composer.setScope(names) });
const conversation = new Conversation(talk.querySelector(".fn-turns"), talk.querySelector(".fn-live"), {
  open: (place, how) => source.open(place, how),
  clear: () => source.clear(),
  changed,
  edit: (turn) => {
    documents.choose(turn.documents);
    composer.edit(turn);
  },
  documents: () => about.documents,
  takesFeedback: () => about.feedback,
});
const composer = new Composer(talk.querySelector(".fn-composer"), {
  send: (question, names, instead) => (instead ? conversation.askInstead(question, names) : conversation.ask(question, names)),
  stop: () => conversation.stop(),
  choose: (names) => documents.choose(names),
});

function changed() {
  welcome.hidden = !conversation.empty;
  composer.setBusy(conversation.underWay !== null);
  header.querySelector(".fn-export").hidden = !conversation.answered.length;
}

function back() {
  if (!conversation.focusBack()) composer.focus();
}

function step(by) {
  conversation.step(by);
}

function showTab(name) {
  for (const tab of side.querySelectorAll("[role=tab]")) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    side.querySelector(`#${tab.getAttribute("aria-controls")}`).hidden = !chosen;
  }
}

function restart() {
  conversation.clear();
  source.clear();
  documents.choose([]);
  showTab("documents");
  changed();
  composer.write("");
}

function setTheme(theme) {
  const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.body.classList.toggle("dark", dark);
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  setting("theme", theme === "auto" ? null : theme);
  header.querySelector(".fn-theme").textContent = `Theme: ${theme}`;
  header.querySelector(".fn-theme").dataset.theme = theme;
}

function wireHeader() {
  header.querySelector(".fn-restart").addEventListener("click", restart);
  header.querySelector(".fn-help").addEventListener("click", () => find(".fn-keys").showModal());
  const theme = header.querySelector(".fn-theme");
  theme.addEventListener("click", () => setTheme(THEMES[(THEMES.indexOf(theme.dataset.theme) + 1) % THEMES.length]));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(theme.dataset.theme));
  setTheme(setting("theme") || "auto");
  const menu = header.querySelector(".fn-export");
  closing(menu);
  menu.querySelector(".fn-export-markdown").addEventListener("click", () => download("conversation.md", "text/markdown", conversationMarkdown(conversation.answered)));
  menu.querySelector(".fn-export-json").addEventListener("click", () => download("conversation.json", "application/json", conversationJson(conversation.answered)));
  menu.addEventListener("click", (event) => {
    if (event.target.matches("button")) menu.open = false;
  });
}

function wireTabs() {
  const tabs = [...side.querySelectorAll("[role=tab]")];
  for (const tab of tabs) {
    tab.addEventListener("click", () => showTab(tab.dataset.tab));
    tab.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      const other = tabs[(tabs.indexOf(tab) + 1) % tabs.length];
      showTab(other.dataset.tab);
      other.focus();
    });
  }
  talk.querySelector(".fn-to-documents").addEventListener("click", () => {
    showTab("documents");
    documents.words.focus();
    side.scrollIntoView({ block: "start" });
  });
}

// Keys work wherever nothing is being written.
function wireKeys() {
  const acts = { n: () => step(1), p: () => step(-1), "/": () => composer.focus(), d: () => talk.querySelector(".fn-to-documents").click(), "?": () => find(".fn-keys").showModal() };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select") || find("dialog[open]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function wireKeyDialog() {
  const dialog = find(".fn-key");
  onKeyWanted(() => {
    dialog.returnValue = "";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "given" ? dialog.querySelector("input").value.trim() : null), { once: true });
    });
  });
}

async function begin() {
  try {
    about = { ...about, ...(await get("api/v1/about")) };
  } catch (error) {
    welcome.replaceChildren(failure(error));
    return false;
  }
  welcome.replaceChildren(...welcomeView(about, (question) => conversation.ask(question, composer.names)));
  talk.querySelector("textarea").maxLength = about.max_question;
  documents.kinds(about.media_types);
  documents.load();
  return true;
}

function askLinked() {
  const asked = askedByLink();
  if (!asked) return;
  history.replaceState(null, "", document.baseURI.split("#")[0]);
  documents.choose(asked.documents);
  conversation.ask(asked.question, asked.documents);
}

wireHeader();
wireTabs();
wireKeys();
wireKeyDialog();
startTips();
changed();
const known = await begin();
conversation.restore();
if (known) askLinked();
document.documentElement.dataset.footnote = "ready";
