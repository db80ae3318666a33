// Tell whether an answer was good, and if not, why.
import { button, make } from "./dom.js";
import { post } from "./api.js";

const REASONS = [
  ["wrong", "It is wrong"],
  ["incomplete", "Something is missing"],
  ["not_in_documents", "The documents do not say this"],
  ["should_have_answered", "The documents do answer this"],
  ["other", "Something else"],
];

export function thumbs(turn, rated) {
  const node = make("div", { class: "fn-thumbs" });
  show(node, turn, rated);
  return node;
}

function show(node, turn, rated) {
  if (turn.rating) return node.replaceChildren(make("span", { class: "fn-soft", role: "status" }, "Thank you"));
  node.replaceChildren(
    button("Good", () => send(node, turn, { rating: "good" }, rated), { class: "fn-good", title: "This is a good answer" }),
    button("Bad", () => node.replaceChildren(form(node, turn, rated)), { class: "fn-bad", title: "This is a bad answer" }),
  );
}

function form(node, turn, rated) {
  const silent = turn.answer.status === "not_found";
  const fits = ([name]) => (silent ? name !== "not_in_documents" && name !== "incomplete" : name !== "should_have_answered");
  const reasons = REASONS.filter(fits).map(([value, label], at) => make("label", {}, make("input", { type: "radio", name: `reason-${turn.id}`, value, checked: at === 0 }), label));
  const comment = make("textarea", { rows: 2, maxlength: 2000, "aria-label": "What should it have said?", placeholder: "What should it have said?" });
  const box = make(
    "form",
    { class: "fn-why", "aria-label": "What is bad about it?" },
    make("fieldset", {}, make("legend", {}, "What is bad about it?"), reasons),
    comment,
    make("div", {}, make("button", { type: "submit", class: "fn-strong" }, "Send"), button("Cancel", () => show(node, turn, rated))),
  );
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = new FormData(box).get(`reason-${turn.id}`);
    send(node, turn, { rating: "bad", reason, comment: comment.value }, rated);
  });
  queueMicrotask(() => box.querySelector("input").focus());
  return box;
}

async function send(node, turn, given, rated) {
  const { status, text, citations, generation } = turn.answer;
  const places = citations.slice(0, 20).map(({ document, start, end, quote }) => ({ document, start, end, quote }));
  try {
    await post("api/v1/feedback", { question: turn.question, ...given, answer: { status, text, citations: places, generation } });
    turn.rating = given.rating;
    rated();
    show(node, turn, rated);
  } catch (error) {
    node.append(make("span", { class: "fn-soft", role: "alert" }, `Not sent: ${error.message}`));
  }
}
