// Addresses of the page that do something. All stands behind the "#", which no server gets to see.

// A link that asks a question again.
export function linkTo({ question, documents }) {
  const asked = new URLSearchParams([["ask", question], ...documents.map((name) => ["in", name])]);
  return `${document.baseURI.split("#")[0]}#${asked}`;
}

export function askedByLink() {
  const asked = behind();
  const question = asked.get("ask");
  return question ? { question, documents: asked.getAll("in") } : null;
}

// A place in a document, as a widget's citation leads to it: document=ID&start=120&end=164.
export function shownByLink() {
  const shown = behind();
  const [start, end] = ["start", "end"].map((name) => parseInt(shown.get(name), 10));
  if (!shown.get("document")) return null;
  return { document_id: shown.get("document"), also: [], ...(start < end ? { start, end } : {}) };
}

export function forgetLink() {
  history.replaceState(null, "", document.baseURI.split("#")[0]);
}

function behind() {
  return new URLSearchParams(location.hash.slice(1));
}
