// The page: its parts, and how they hang together.
import { get } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Documents } from "./documents.js";
import { narrow, placed } from "./dom.js";
import { failure } from "./failure.js";
import { showKeys, wireHeader } from "./header.js";
import { askedByLink, forgetLink, shownByLink } from "./links.js";
import { Source } from "./source.js";
import { startTips } from "./tips.js";
import { welcomeView } from "./welcome.js";

const [header, talk, side] = await Promise.all(["#fn-header .fn-bar", "#fn-conversation .fn-talk", "#fn-side .fn-panes-of"].map(placed));
const welcome = talk.querySelector(".fn-welcome");
const removal = talk.querySelector(".fn-removed");
let about = { documents: 0, feedback: false };
// The conversation that was removed last, until the next question is asked.
let removed = null;

const source = new Source(side.querySelector(".fn-source"), { back, step, front: () => showTab("source") });
const documents = new Documents(side.querySelector(".fn-documents"), { open: (place, how) => source.open(place, how), chosen: (chosen) => composer.setScope(chosen) });
const conversation = new Conversation(talk.querySelector(".fn-turns"), talk.querySelector(".fn-live"), {
  open: (place, how) => source.open(place, how),
  clear: () => source.clear(),
  changed,
  edit: (turn) => {
    documents.choose(turn.documents);
    composer.edit(turn);
  },
  documents: () => about.documents,
  titles: (names) => names.map((name) => documents.titleOf(name)),
  takesFeedback: () => about.feedback,
  scroller: () => (narrow() ? document.scrollingElement : talk.querySelector(".fn-log")),
});
const composer = new Composer(talk.querySelector(".fn-composer"), {
  send: (question, names, instead) => (instead ? conversation.askInstead(question, names) : conversation.ask(question, names)),
  stop: () => conversation.stop(),
  choose: (names) => documents.choose(names),
  leave: () => conversation.focusFirst(),
  keys: () => showKeys(header),
});

function changed() {
  if (!conversation.empty) offerUndo(null);
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
  const names = composer.names;
  const turns = conversation.clear();
  source.clear();
  documents.choose([]);
  showTab("documents");
  changed();
  if (turns.length) offerUndo({ turns, names });
  composer.write("");
}

function offerUndo(given) {
  removed = given;
  removal.hidden = removed === null;
}

function undo() {
  const { turns, names } = removed;
  documents.choose(names);
  conversation.putBack(turns);
  changed();
  composer.focus();
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
  const acts = { n: () => step(1), p: () => step(-1), "/": () => composer.focus(), d: () => talk.querySelector(".fn-to-documents").click(), "?": () => showKeys(header) };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
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

async function followLink() {
  const [asked, shown] = [askedByLink(), shownByLink()];
  if (!asked && !shown) return;
  forgetLink();
  if (shown) {
    await source.open(shown, { moves: true });
    return;
  }
  await documents.learn(asked.documents);
  documents.choose(asked.documents);
  conversation.ask(asked.question, asked.documents);
}

wireHeader(header, { answered: () => conversation.answered, restart });
wireTabs();
wireKeys();
removal.querySelector("button").addEventListener("click", undo);
startTips();
changed();
const known = await begin();
conversation.restore();
if (known) await followLink();
document.documentElement.dataset.footnote = "ready";
