// What the browser keeps: the conversation, and how the page is set. The server keeps none of it.

const TALK = "footnote:conversation";
// Of more turns the oldest are forgotten.
const MOST = 60;

export function saved() {
  try {
    const turns = JSON.parse(localStorage.getItem(TALK)) || [];
    return turns.filter((turn) => turn && typeof turn.question === "string" && turn.state);
  } catch {
    return [];
  }
}

export function save(turns) {
  let kept = turns.slice(-MOST).map(trimmed);
  while (kept.length) {
    try {
      localStorage.setItem(TALK, JSON.stringify(kept));
      return;
    } catch {
      // The browser's share is full.
      kept = kept.slice(1);
    }
  }
  forget();
}

export function forget() {
  try {
    localStorage.removeItem(TALK);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

export function setting(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`footnote:${name}`);
    if (value === null) localStorage.removeItem(`footnote:${name}`);
    else localStorage.setItem(`footnote:${name}`, value);
  } catch {
    return null;
  }
  return value;
}

// A question under way does not outlive the page. Passages are looked at only where nothing was found.
function trimmed({ id, question, documents, titles, state, answer, markers, error, rating, searched }) {
  const shown = answer && answer.status !== "not_found" ? { ...answer, passages: [] } : answer;
  return { id, question, documents, titles, state: state === "busy" ? "stopped" : state, answer: shown, markers, error, rating, searched };
}
