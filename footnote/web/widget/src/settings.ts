// How a chat is set: by the attributes of its tag, else by its operator, else by itself.
import type { Config } from "./records";
import { fill, type Lang, textsIn } from "./texts";

const MOST_QUESTIONS = 8;
const HEX = /^#[0-9a-f]{6}$/i;

export interface Settings {
  title: string;
  greeting: string;
  placeholder: string;
  questions: string[];
  lang: Lang;
  theme: "auto" | "light" | "dark";
  position: "left" | "right";
  // As #rrggbb, or empty for the style sheet's own.
  color: string;
  feedback: boolean;
  sources: boolean;
}

// The attributes that are watched.
export const ATTRIBUTES = ["title", "greeting", "placeholder", "questions", "position", "theme", "color", "lang"] as const;

export function settingsOf(node: Element, config: Config): Settings {
  const given = (name: (typeof ATTRIBUTES)[number]) => node.getAttribute(`data-${name}`);
  const around = node.closest("[lang]");
  const lang = langOf(given("lang")) || langOf(config.lang) || langOf(around && around.getAttribute("lang")) || "en";
  const texts = textsIn(lang);
  const many = config.documents || 0;
  const asked = given("questions");
  return {
    title: given("title") || config.title || texts.title,
    greeting: given("greeting") || config.greeting || (many > 1 ? fill(texts.greetingOf, many.toLocaleString(lang)) : texts.greeting),
    placeholder: given("placeholder") || config.placeholder || texts.placeholder,
    questions: asked === null ? config.questions || [] : parted(asked),
    lang,
    theme: oneOf("theme", given("theme") || config.theme || "auto", "auto", "light", "dark"),
    position: oneOf("position", given("position") || config.position || "right", "right", "left"),
    color: colorOf(given("color") || config.color || ""),
    feedback: !!config.feedback,
    sources: !!config.sources,
  };
}

// The language of a tag such as "fr-CA", where there are texts in it.
function langOf(tag: string | null | undefined): Lang | null {
  const lang = (tag || "").slice(0, 2).toLowerCase();
  return lang === "en" || lang === "fr" || lang === "de" || lang === "es" ? lang : null;
}

function parted(questions: string): string[] {
  const found: string[] = [];
  const parts = questions.split("|");
  for (let at = 0; at < parts.length && found.length < MOST_QUESTIONS; at++) {
    const question = parts[at].trim();
    if (question) found[found.length] = question;
  }
  return found;
}

// The first of the values is what counts where another is given.
function oneOf<T extends string>(name: string, value: string, ...values: T[]): T {
  for (let at = 0; at < values.length; at++) if (value === values[at]) return values[at];
  let told = values[0] as string;
  for (let at = 1; at < values.length; at++) told += ` or ${values[at]}`;
  warn(`data-${name} is ${JSON.stringify(value)}; it can be ${told}`);
  return values[0];
}

function colorOf(color: string): string {
  if (!color || HEX.test(color)) return color;
  warn(`data-color is ${JSON.stringify(color)}; give six hexadecimal digits, as #2457a6`);
  return "";
}

const warned = new Set<string>();

function warn(text: string): void {
  if (warned.has(text)) return;
  warned.add(text);
  console.warn(`Footnote: ${text}`);
}

// Black or white, whichever stands out more from a colour: at least 4.5 to 1 (WCAG 2.2, 1.4.3).
export function inkOn(color: string): string {
  const part = (at: number) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000" : "#fff";
}
