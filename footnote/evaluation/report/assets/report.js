// Sorts, filters and pages the table of questions. It moves and hides what stands in the page,
// and writes no text but counts; without it, all questions are shown in their first order.
"use strict";
(() => {
  const PAGE = 100;
  const table = document.getElementById("table");
  const bodies = [...table.tBodies];
  const first = new Map(bodies.map((body, at) => [body, at]));
  const form = document.querySelector(".filters");
  const [text, outcome, tag] = ["text", "outcome", "tag"].map((name) => document.getElementById(`filter-${name}`));
  const further = document.getElementById("further");
  const told = document.getElementById("shown");
  const search = new Map(bodies.map((body) => [body, body.textContent.toLowerCase()]));
  let most = PAGE;

  const fits = (body) =>
    search.get(body).includes(text.value.trim().toLowerCase()) &&
    (!outcome.value || body.dataset.outcome === outcome.value) &&
    (!tag || !tag.value || body.dataset.tags.split(" ").includes(tag.value));

  const show = () => {
    let found = 0;
    for (const body of table.tBodies) {
      body.hidden = !fits(body) || ++found > most;
    }
    told.textContent = `${Math.min(found, most)} of ${found} questions shown`;
    further.hidden = found <= most;
  };

  const value = (body, column) => {
    const cell = body.rows[0].cells[column];
    const number = cell.dataset.value;
    return number === undefined ? cell.textContent.trim().toLowerCase() : number === "" ? null : Number(number);
  };

  const sort = (header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const keys = new Map(bodies.map((body) => [body, value(body, column)]));
    const sign = down ? -1 : 1;
    bodies.sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      // What has no figure stands last, whichever way the others go.
      if (one === null || other === null) {
        return (one === null) - (other === null) || first.get(a) - first.get(b);
      }
      const by = typeof one === "number" ? one - other : one.localeCompare(other);
      return sign * by || first.get(a) - first.get(b);
    });
    table.append(...bodies);
    show();
  };

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sort(header, column));
  });
  table.tHead.rows[0].cells[0].setAttribute("aria-sort", "ascending");
  for (const control of [text, outcome, tag]) {
    control?.addEventListener("input", () => {
      most = PAGE;
      show();
    });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  further.addEventListener("click", () => {
    most += PAGE;
    show();
    // On to the first of those that came, so that a keyboard need not go back up to them.
    [...table.tBodies].filter((body) => !body.hidden)[most - PAGE]?.querySelector("summary").focus();
  });
  // A print shows what the page shows, and what is behind it.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...table.querySelectorAll("tbody:not([hidden]) details:not([open])")];
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
  });
  form.hidden = false;
  show();
  document.documentElement.classList.remove("early");
})();
