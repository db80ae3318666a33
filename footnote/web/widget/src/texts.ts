// The widget's own words. {} stands for a number or a name.
import { de, es, fr } from "./translated";

const en = {
  lang: "en" as Lang,
  title: "Ask the documents",
  greeting: "Ask a question. Each answer comes with its sources.",
  greetingOf: "Ask a question. Answers come from {} documents, each with its sources.",
  placeholder: "Your question",
  open: "Open the chat",
  close: "Close the chat",
  send: "Send",
  stop: "Stop",
  clear: "Clear the conversation",
  log: "Conversation",
  suggested: "Suggested questions",
  reading: "Reading the documents…",
  slow: "This takes longer than usual. Still waiting…",
  stopped: "Stopped.",
  answered: "Answered.",
  understood: "Understood as: {}",
  notMeant: "Not meant so",
  byItself: "Ask it by itself, without what was asked before",
  written: "Written by a language model. Each numbered sentence was checked against its source.",
  disagree: "The documents disagree",
  sources: "Sources",
  source: "Source {}",
  page: "page {}",
  nearest: "What comes nearest",
  sure: "Very likely right",
  probable: "Probably right",
  unsure: "May be wrong: look at the quote",
  good: "Good answer",
  bad: "Bad answer",
  thanks: "Thank you.",
  why: "What is bad about it?",
  wrong: "It is wrong",
  incomplete: "Something is missing",
  not_in_documents: "The documents do not say this",
  should_have_answered: "The documents do answer this",
  other: "Something else",
  unsent: "Not sent.",
  retry: "Ask again",
  retryIn: "Ask again in {} s",
  back: "Back",
  loading: "Loading the passage…",
  full: "Open the whole document",
  newTab: "opens in a new tab",
  changed: "The document has changed since it was quoted. This is the quote as it was.",
  alone: "What stands around the quote cannot be shown now.",
  came: "This much came:",
  error: "Error {}",
  unreachable: "The chat’s server cannot be reached.",
  forbidden: "This chat does not answer on this page: its operator has not listed {}.",
  blocked: "This page’s Content-Security-Policy does not let the chat reach its server.",
  unknown: "There is no such chat.",
  many: "Too many questions at once.",
  busy: "The server is busy.",
  broken: "The connection broke off.",
  silent: "The server does not answer.",
  failed: "Something failed.",
  unset: "This chat is not set up: its tag names no widget or no server.",
};

export type Texts = typeof en;
export type Lang = "en" | "fr" | "de" | "es";

const ALL: Record<Lang, Texts> = { en, fr, de, es };

export function textsIn(lang: Lang): Texts {
  return ALL[lang];
}

export function fill(text: string, value: string | number): string {
  return text.replace("{}", () => String(value));
}
