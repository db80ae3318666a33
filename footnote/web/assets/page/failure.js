// What went wrong, as a person is told.
import { counted, make } from "./dom.js";

export function failure({ message, id, wait }) {
  const sentence = `${message[0].toUpperCase()}${message.slice(1).replace(/\.$/, "")}.`;
  return make("div", { class: "fn-failure", role: "alert" }, make("p", {}, sentence), wait ? make("p", {}, `Ask again in ${counted(wait, "second")}.`) : null, id ? make("p", { class: "fn-soft" }, `Error ${id}`) : null);
}
