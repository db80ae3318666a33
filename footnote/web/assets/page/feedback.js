// Tell whether an answer was good, and if not, why. What was told can be corrected and taken back.
import { button, make } from "./dom.js";
import { post, remove } from "./api.js";

const REASONS = [
  ["wrong", "It is wrong"],
  ["incomplete", "Something is missing"],
  ["not_in_documents", "The documents do not say this"],
  ["should_have_answered", "The documents do answer this"],
  ["other", "Something else"],
];

// `rated` is called when the rating of the turn has changed.
export function thumbs(turn, rated) {
  const node = make("div", { class: "fn-thumbs", role: "group", "aria-label": "Rate this answer" });
  show(node, turn, rated);
  return node;
}

function show(node, turn, rated) {
  const given = turn.rating;
  const thumb = (rating, label, act) => button(label, act, { class: `fn-${rating}`, title: `This is a ${rating} answer`, "aria-pressed": given?.rating === rating ? "true" : "false" });
  node.replaceChildren(
    make(
      "div",
      { class: "fn-pair" },
      thumb("good", "Good", () => given?.rating !== "good" && send(node, turn, { rating: "good" }, rated)),
      thumb("bad", "Bad", () => node.querySelector(".fn-why") || node.append(form(node, turn, rated))),
    ),
    ...(given ? [button("Withdraw", () => withdraw(node, turn, rated), { class: "fn-withdraw", title: "Take the rating back" }), make("span", { class: "fn-soft", role: "status" }, "Thank you")] : []),
  );
}

function form(node, turn, rated) {
  const silent = turn.answer.status === "not_found";
  const fits = ([name]) => (silent ? name !== "not_in_documents" && name !== "incomplete" : name !== "should_have_answered");
  const fitting = REASONS.filter(fits);
  const chosen = turn.rating?.reason || fitting[0][0];
  const reasons = fitting.map(([value, label]) => make("label", {}, make("input", { type: "radio", name: `reason-${turn.id}`, value, checked: value === chosen }), label));
  const comment = make("textarea", { rows: 2, maxlength: 2000, "aria-label": "What should it have said?", placeholder: "What should it have said?" }, turn.rating?.comment || "");
  const box = make(
    "form",
    { class: "fn-why", "aria-label": "What is bad about it?" },
    make("fieldset", {}, make("legend", {}, "What is bad about it?"), reasons),
    comment,
    make("div", { class: "fn-why-ends" }, make("button", { type: "submit", class: "fn-strong" }, "Send"), button("Cancel", () => show(node, turn, rated))),
  );
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    const reason = new FormData(box).get(`reason-${turn.id}`);
    send(node, turn, { rating: "bad", reason, comment: comment.value }, rated);
  });
  queueMicrotask(() => {
    box.querySelector("input:checked").focus();
    box.scrollIntoView({ block: "nearest" });
  });
  return box;
}

async function send(node, turn, given, rated) {
  const { status, text, citations, generation } = turn.answer;
  const places = citations.slice(0, 20).map(({ document, start, end, quote }) => ({ document, start, end, quote }));
  const answer = { status, text, citations: places, generation };
  await settled(node, turn, rated, "Not sent", async () => {
    const { id } = await post("api/v1/feedback", { question: turn.question, ...given, replaces: turn.rating?.id, answer });
    turn.rating = { id, ...given };
  });
}

async function withdraw(node, turn, rated) {
  await settled(node, turn, rated, "Not withdrawn", async () => {
    await remove(`api/v1/feedback/${encodeURIComponent(turn.rating.id)}`);
    turn.rating = undefined;
  });
}

async function settled(node, turn, rated, failed, act) {
  const { rating } = turn;
  try {
    await act();
  } catch (error) {
    return node.append(make("span", { class: "fn-soft", role: "alert" }, `${failed}: ${error.message}`));
  }
  rated();
  show(node, turn, rated);
  node.querySelector(`.fn-${(turn.rating || rating).rating}`).focus();
}
