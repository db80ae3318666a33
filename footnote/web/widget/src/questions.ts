// Questions to choose from, as a list of buttons.
import { add, button, make } from "./dom";

export function questionList(questions: string[], name: string, part: string, ask: (question: string) => void): Node {
  const list = make("ul", { class: "questions", "aria-label": name, part });
  for (let at = 0; at < questions.length; at++) {
    add(list, make("li", null, button({ class: "chip" }, () => ask(questions[at]), questions[at])));
  }
  return list;
}
