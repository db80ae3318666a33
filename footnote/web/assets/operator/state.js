// The index: what it holds, what was done to it last, and what can be done.
import { button, counted, make } from "../page/dom.js";
import { failure } from "../page/failure.js";
import { post } from "./api.js";
import { duration } from "./jobs.js";

const find = (selector) => document.querySelector(selector);
const LISTS = [["added", "Added"], ["changed", "Changed"], ["removed", "Removed"]];
const MOST = 200;

export class Index {
  constructor(page) {
    this.page = page;
    find("#index-start").addEventListener("click", () => this.begin("index", { verify_content: find("#verify-content").checked }));
    find("#verify").addEventListener("click", () => this.begin("verify", { deep: false }));
    find("#verify-deep").addEventListener("click", () => this.begin("verify", { deep: true }));
  }

  async begin(what, body) {
    find("#index-failure").replaceChildren();
    find("#index-verified").replaceChildren();
    try {
      await post(what, body);
      this.page.watch();
    } catch (error) {
      find("#index-failure").replaceChildren(failure(error));
    }
  }

  show(state) {
    find("#index-problem").replaceChildren(...(state.problem ? [failure({ message: state.problem })] : []));
    facts(find("#index-facts"), [
      ["Documents", number(state.documents)],
      ["Passages", number(state.passages)],
      ["Generation", number(state.generation)],
      ["Size on disk", size(state.index_bytes)],
      ["Embedder", state.embedder],
      ["Reader", state.reader],
    ]);
    facts(find("#settings"), Object.entries(state.settings).map(([name, value]) => [name, value === null ? "not set" : typeof value === "string" ? value : JSON.stringify(value)]));
    find("#index-report").replaceChildren(...failed(state.index_failure), ...reportOf(state.last_index, state.index_failure ? "Done before that: " : ""));
    find("#index-skipped").replaceChildren(...this.skipped(state));
  }

  skipped({ skipped, skipped_total }) {
    if (!skipped_total) return [make("p", { class: "soft" }, "None: every file was read.")];
    const rows = skipped.slice(0, MOST).map(({ document, reason }) => {
      const [file] = document.split("!/");
      return make("tr", {}, make("th", { scope: "row", dir: "auto" }, document), make("td", {}, reason), make("td", {}, button("Remove", () => this.page.remove(file), { "aria-label": `Remove ${file}` })));
    });
    const told = skipped_total > rows.length ? make("p", { class: "soft" }, `And ${skipped_total - rows.length} more.`) : null;
    return [make("table", {}, make("tbody", {}, rows)), told].filter(Boolean);
  }

  // A job has ended; of a verification its findings are told here.
  ended({ kind, state, result, error }) {
    if (kind === "evaluate") return;
    // Why an indexing failed is in the state.
    if (kind === "verify" && state === "failed") find("#index-failure").replaceChildren(failure(error));
    if (kind === "verify" && result) find("#index-verified").replaceChildren(...verified(result));
  }
}

function failed(told) {
  if (!told) return [];
  const at = new Date(told.ended).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return [make("p", {}, `It failed on ${at}. What was committed before stays.`), failure(told.error)];
}

function reportOf(report, before) {
  if (!report) return [make("p", { class: "soft" }, "None was done since the server was started.")];
  const { counts, unchanged, seconds, notes } = report;
  const told = [...LISTS.map(([name]) => `${counts[name]} ${name}`), `${unchanged} unchanged`, `${counts.skipped} skipped`];
  const lists = LISTS.filter(([name]) => counts[name]).map(([name, title]) => names(`${title} (${counts[name]})`, report[name]));
  const noted = counts.notes ? [names(`Notes (${counts.notes})`, notes.map(({ document, note }) => `${document}: ${note}`))] : [];
  return [make("p", {}, `${before}${told.join(", ")}; it took ${duration(seconds)}.`), ...lists, ...noted];
}

function names(title, list) {
  const items = list.slice(0, MOST).map((each) => make("li", { dir: "auto" }, each));
  return make("details", {}, make("summary", {}, title), make("ul", { class: "names" }, items));
}

function verified({ sound, deep, documents_checked, passages_checked, lost, altered, derived }) {
  const what = `${counted(documents_checked, "document")} and ${counted(passages_checked, "passage")} looked at${deep ? ", everything read" : ""}.`;
  if (sound) return [make("p", { class: "good" }, `The index is sound: ${what}`)];
  const found = [...lost, ...altered.map(({ document, reason }) => `${document}: ${reason}`), ...derived];
  return [make("p", { class: "failure" }, `The index is damaged. Run "footnote repair" on the server. ${what}`), make("ul", { class: "names" }, found.map((each) => make("li", {}, each)))];
}

function facts(list, pairs) {
  list.replaceChildren(...pairs.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

function number(value) {
  return value === null ? "unknown" : value.toLocaleString("en");
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000).toLocaleString("en")} kB` : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}
