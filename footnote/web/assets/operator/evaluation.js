// Evaluations: begin one, list those that were made, open a report, compare two.
import { button, counted, make } from "../page/dom.js";
import { failure } from "../page/failure.js";
import { admin, call, get, post } from "./api.js";

const find = (selector) => document.querySelector(selector);
const FORMATS = { jsonl: "jsonl", ndjson: "jsonl", csv: "csv", json: "squad" };
const FIGURES = [
  ["accuracy", "Right"],
  ["f1", "F1"],
  ["citation_recall", "Evidence cited"],
  ["over_refusal", "Refused wrongly"],
  ["false_answers", "Answered wrongly"],
];
const MOST = 50;

export class Evaluation {
  constructor(page) {
    this.page = page;
    this.chosen = new Set();
    find("#evaluation-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.begin(find("#questions").files[0]);
    });
    find("#compare").addEventListener("click", () => this.compare());
    find("#runs thead").append(make("tr", {}, heading("Choose", true), heading("Evaluation"), heading("Questions"), FIGURES.map(([, title]) => heading(title)), heading("Report", true)));
  }

  // Do something, and say here what went wrong.
  async attempt(act) {
    find("#evaluation-failure").replaceChildren();
    try {
      await act();
    } catch (error) {
      find("#evaluation-failure").replaceChildren(failure(error));
    }
  }

  begin(file) {
    return this.attempt(async () => {
      const format = FORMATS[file.name.split(".").pop().toLowerCase()];
      if (!format) throw new Error("Give a file ending in .jsonl, .csv or .json");
      const url = admin("evaluations");
      url.searchParams.set("format", format);
      url.searchParams.set("name", file.name);
      await call("POST", url, file, { "Content-Type": "application/octet-stream" });
      this.page.watch();
    });
  }

  resume(id) {
    return this.attempt(async () => {
      await post(`evaluations/${id}/resume`);
      this.page.watch();
    });
  }

  open(id) {
    return this.attempt(async () => {
      const { address } = await post(`evaluations/${id}/link`);
      window.open(new URL(`../${address}`, document.baseURI), "_blank", "noopener");
    });
  }

  ended({ kind, state, error }) {
    if (kind === "evaluate" && state === "failed") find("#evaluation-failure").replaceChildren(failure(error));
  }

  async load() {
    const { evaluations } = await get("admin/evaluations");
    this.runs = evaluations;
    this.chosen = new Set(evaluations.map(({ id }) => id).filter((id) => this.chosen.has(id)));
    find("#runs tbody").replaceChildren(...evaluations.map((run) => this.row(run)));
    find("#runs-told").textContent = evaluations.length ? "With the range that a figure of so many questions lies in, at 95 %." : "None yet.";
    find("#runs-scroll").hidden = !evaluations.length;
    find("#compare-row").hidden = evaluations.filter(({ state }) => state === "finished").length < 2;
    this.allow();
  }

  row(run) {
    const finished = run.state === "finished";
    const box = make("input", { type: "checkbox", "aria-label": `Choose ${run.id}`, disabled: !finished, onchange: ({ target }) => this.choose(run.id, target.checked) });
    box.checked = this.chosen.has(run.id);
    const act = finished ? button("Open report", () => this.open(run.id), { "aria-label": `Open the report of ${run.id}` }) : button("Go on", () => this.resume(run.id), { "aria-label": `Go on with ${run.id}` });
    return make("tr", {}, make("td", {}, box), make("th", { scope: "row" }, run.id, make("small", {}, finished ? `generation ${run.generation}` : "not ended")), make("td", { class: "number" }, finished ? run.questions.toLocaleString("en") : "–"), FIGURES.map(([name]) => figure(run.metrics[name])), make("td", {}, act));
  }

  choose(id, chosen) {
    if (chosen) this.chosen.add(id);
    else this.chosen.delete(id);
    this.allow();
  }

  allow() {
    find("#compare").disabled = this.chosen.size !== 2;
  }

  compare() {
    // The newest are listed first.
    const [ours, theirs] = this.runs.map(({ id }) => id).filter((id) => this.chosen.has(id));
    return this.attempt(async () => {
      find("#comparison").replaceChildren(make("p", { class: "soft" }, "Comparing…"));
      try {
        const found = await get(`admin/evaluations/${ours}/comparison`, { baseline: theirs });
        find("#comparison").replaceChildren(...comparison(ours, found));
      } catch (error) {
        find("#comparison").replaceChildren();
        throw error;
      }
    });
  }
}

function heading(title, unseen) {
  return make("th", { scope: "col" }, unseen ? make("span", { class: "unseen" }, title) : title);
}

function figure(measured) {
  if (!measured) return make("td", { class: "number" }, "–");
  const { value, low, high } = measured;
  return make("td", { class: "number" }, value.toFixed(3), low === null ? null : make("small", {}, `${low.toFixed(3)} to ${high.toFixed(3)}`));
}

function comparison(ours, { baseline, n, metrics, won, lost, added, missing, altered }) {
  const left = added.length + missing.length + altered.length;
  const rows = Object.entries(metrics).map(([name, { baseline: before, value, difference, p }]) =>
    make("tr", {}, make("th", { scope: "row" }, name), [before, value, difference].map((each) => make("td", { class: "number" }, each.toFixed(3))), make("td", { class: "number" }, p === null ? "–" : p.toFixed(3))),
  );
  const heads = ["Figure", "Before", "Now", "Difference", "p"].map((title) => heading(title));
  return [
    make("h3", {}, "Comparison"),
    make("p", {}, `${ours} with ${baseline}, on the ${counted(n, "question")} that both asked${left ? `; ${counted(left, "other")} left out` : ""}. Below 0.05, p says that a difference is hardly chance.`),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Comparison" }, make("table", {}, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, rows))),
    changed("Better now", won),
    changed("Worse now", lost),
  ];
}

function changed(title, questions) {
  const items = questions.slice(0, MOST).map(({ question, before, after }) => make("li", { dir: "auto" }, `${question} (${before} → ${after})`));
  const more = questions.length > MOST ? make("p", { class: "soft" }, `And ${questions.length - MOST} more.`) : null;
  return make("details", { open: questions.length > 0 && questions.length <= 10 }, make("summary", {}, `${title}: ${questions.length}`), make("ul", { class: "names" }, items), more);
}
