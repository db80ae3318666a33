// The operator's page: signing in, and how its parts hang together.
import { failure } from "../page/failure.js";
import { get, onRefused, token } from "./api.js";
import { Documents } from "./documents.js";
import { Evaluation } from "./evaluation.js";
import { Index } from "./state.js";
import { Jobs } from "./jobs.js";

const find = (selector) => document.querySelector(selector);

const page = {
  // Say something to those who do not see it.
  tell(text) {
    find("#told").textContent = text;
  },
  // Something was begun, or will be.
  watch: () => jobs.watch(),
  refresh,
  remove: (name) => documents.remove(name),
};
const jobs = new Jobs({ ...page, ended });
const documents = new Documents(page);
const index = new Index(page);
const evaluation = new Evaluation(page);

function show(signed) {
  find("#sign-in").hidden = signed;
  find("#desk").hidden = !signed;
  for (const each of document.querySelectorAll("[data-signed]")) each.hidden = !signed;
  if (!signed) find("#token").focus();
}

function signOut(error) {
  token(null);
  jobs.forget();
  find("#sign-in-failure").replaceChildren(...(error ? [failure(error)] : []));
  show(false);
}

async function refresh() {
  const state = await get("admin/state");
  index.show(state);
  documents.accept(state);
  await Promise.all([documents.load(), evaluation.load()]);
  return state;
}

async function ended(job) {
  index.ended(job);
  evaluation.ended(job);
  await refresh();
}

async function open() {
  try {
    const state = await refresh();
    await jobs.begin();
    show(true);
    if (state.job || state.waiting) jobs.watch();
  } catch (error) {
    if (error.status === 404) signOut({ message: "The server has no operator: it was started without the setting admin_token" });
    else if (error.status !== 401) signOut(error);
  }
}

onRefused(() => signOut({ message: "The server does not take this token" }));
find("#sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  token(find("#token").value.trim());
  find("#token").value = "";
  find("#sign-in-failure").replaceChildren();
  open();
});
find("#sign-out").addEventListener("click", () => signOut());
if (token()) await open();
else show(false);
document.documentElement.dataset.footnote = "ready";
