// The first screen: what there is to ask, how an answer is read, and questions to begin with.
import { get } from "./api.js";
import { button, counted, make } from "./dom.js";
import { kindOf } from "./documents.js";

const NONE = "Put files into the folder of documents and index them: they can be asked as soon as they are read.";
const KINDS_TOLD = 6;

export function welcomeView(about, ask) {
  if (!about.documents) return [make("h2", { class: "fn-hello" }, "There are no documents yet"), make("p", { class: "fn-lead" }, NONE)];
  const examples = make("ul", { class: "fn-examples", "aria-label": "Questions to begin with" });
  // They take a second when the documents are new, for which nothing waits.
  propose(examples, ask);
  return [
    make("h2", { class: "fn-hello" }, `Ask about ${about.documents === 1 ? "one document" : counted(about.documents, "document")}`),
    make("p", { class: "fn-covers" }, coverage(about)),
    make("ul", { class: "fn-lead" }, READING.map((line) => make("li", {}, line))),
    examples,
  ];
}

const READING = [
  "Answers are sentences of these documents, word for word.",
  ["A number after a sentence, like ", make("span", { class: "fn-number" }, "1"), ", stands for its source: press it to see the sentence marked in its document."],
  "If the documents do not answer a question, the page says so.",
];

async function propose(list, ask) {
  const { questions } = await get("api/v1/examples").catch(() => ({ questions: [] }));
  list.replaceChildren(...questions.map((question) => make("li", {}, button(question, () => ask(question)))));
}

// "12 PDF, 3 Word and 2 Text, dated 4 May 2019 to 2 June 2026"
function coverage({ documents, media_types, earliest, latest }) {
  const kinds = Object.entries(media_types);
  const most = kinds.length > KINDS_TOLD + 1 ? kinds.slice(0, KINDS_TOLD) : kinds;
  const rest = documents - most.reduce((sum, [, number]) => sum + number, 0);
  const told = most.map(([type, number]) => `${number.toLocaleString("en")} ${kindOf(type)}`);
  if (rest) told.push(`${rest.toLocaleString("en")} of other kinds`);
  const [from, to] = [earliest, latest].map(dayOf);
  const when = from && to && from !== to ? `, dated ${from} to ${to}` : from ? `, dated ${from}` : "";
  return `${new Intl.ListFormat("en-GB").format(told)}${when}`;
}

function dayOf(date) {
  const day = new Date(`${(date || "").slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? "" : day.toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" }).replaceAll(" ", "\u00a0");
}
