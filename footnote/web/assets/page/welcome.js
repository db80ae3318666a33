// The first screen: what there is to ask, and questions to begin with.
import { get } from "./api.js";
import { button, counted, make } from "./dom.js";
import { kindOf } from "./documents.js";

const LEAD = "Each statement of an answer carries a number. Press it, and the exact words are marked in their document. What the documents do not answer, you are told.";
const NONE = "Put files into the folder of documents and index them: they can be asked as soon as they are read.";

export function welcomeView(about, ask) {
  const count = about.documents === 1 ? "one document" : counted(about.documents, "document");
  const examples = make("ul", { class: "fn-examples", "aria-label": "Questions to begin with" });
  const node = [
    make("h2", { class: "fn-hello" }, about.documents ? `Ask ${count}` : "There are no documents yet"),
    ...(about.documents ? [make("p", { class: "fn-covers" }, coverage(about))] : []),
    make("p", { class: "fn-lead" }, about.documents ? LEAD : NONE),
    examples,
  ];
  // They take a second when the documents are new, for which nothing waits.
  if (about.documents) propose(examples, ask);
  return node;
}

async function propose(list, ask) {
  const { questions } = await get("api/v1/examples").catch(() => ({ questions: [] }));
  list.replaceChildren(...questions.map((question) => make("li", {}, button(question, () => ask(question)))));
}

// "12 PDF, 3 Word and 2 Text, from 2019 to 2026"
function coverage({ media_types, earliest, latest }) {
  const kinds = Object.entries(media_types).map(([type, number]) => `${number.toLocaleString("en")} ${kindOf(type)}`);
  const most = kinds.length > 5 ? [...kinds.slice(0, 4), `${kinds.length - 4} other kinds`] : kinds;
  const [from, to] = [earliest, latest].map((day) => (day || "").slice(0, 10));
  const when = from && from !== to ? `, from ${from} to ${to}` : from ? `, of ${from}` : "";
  return `${new Intl.ListFormat("en").format(most)}${when}`;
}
