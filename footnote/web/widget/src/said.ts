// The server's own words, which it says in English, in the widget's other languages. What it takes
// from documents has a citation, and stays as it is.
import type { Statement } from "./records";
import type { Lang } from "./texts";

type Said = Record<Lang, string>;

const SAID: Said[] = [
  {
    en: "The documents do not answer this.",
    fr: "Les documents n’y répondent pas.",
    de: "Die Dokumente beantworten das nicht.",
    es: "Los documentos no responden a esto.",
  },
  {
    en: "The documents do not answer this plainly, but speak of it: see what comes nearest.",
    fr: "Les documents n’y répondent pas clairement, mais en parlent : voyez ce qui s’en approche le plus.",
    de: "Die Dokumente beantworten das nicht klar, sprechen aber davon: siehe, was dem am nächsten kommt.",
    es: "Los documentos no responden a esto claramente, pero hablan de ello: vea lo que más se acerca.",
  },
  {
    en: "I answer questions from the documents here, in their own words, and show the exact place each answer stands at. What they do not answer, I say so.",
    fr: "Je réponds aux questions à partir des documents d’ici, dans leurs propres mots, et montre l’endroit exact de chaque réponse. S’ils ne répondent pas, je le dis.",
    de: "Ich beantworte Fragen aus den Dokumenten hier, in deren eigenen Worten, und zeige die genaue Stelle jeder Antwort. Was sie nicht beantworten, das sage ich.",
    es: "Respondo a preguntas a partir de los documentos de aquí, con sus propias palabras, y muestro el lugar exacto de cada respuesta. Si no responden, lo digo.",
  },
  {
    en: "Hello. Ask me about the documents here.",
    fr: "Bonjour. Interrogez-moi sur les documents d’ici.",
    de: "Hallo. Fragen Sie mich nach den Dokumenten hier.",
    es: "Hola. Pregúnteme sobre los documentos de aquí.",
  },
  {
    en: "You are welcome. Ask me about the documents here.",
    fr: "Je vous en prie. Interrogez-moi sur les documents d’ici.",
    de: "Gern geschehen. Fragen Sie mich nach den Dokumenten hier.",
    es: "De nada. Pregúnteme sobre los documentos de aquí.",
  },
  { en: "They cover:", fr: "Ils traitent de :", de: "Sie behandeln:", es: "Tratan de:" },
  {
    en: "And more; the list of documents has them all.",
    fr: "Et d’autres ; la liste des documents les a tous.",
    de: "Und mehr; die Liste der Dokumente hat sie alle.",
    es: "Y más; la lista de documentos los tiene todos.",
  },
  {
    en: "Another document answers differently:",
    fr: "Un autre document répond autrement :",
    de: "Ein anderes Dokument antwortet anders:",
    es: "Otro documento responde de otra manera:",
  },
  {
    en: "Another document speaks of it too:",
    fr: "Un autre document en parle aussi :",
    de: "Ein anderes Dokument spricht auch davon:",
    es: "Otro documento también habla de ello:",
  },
  {
    en: "There is one document here.",
    fr: "Il y a ici un document.",
    de: "Hier ist ein Dokument.",
    es: "Aquí hay un documento.",
  },
  {
    en: "There are {} documents here.",
    fr: "Il y a ici {} documents.",
    de: "Hier sind {} Dokumente.",
    es: "Aquí hay {} documentos.",
  },
  {
    en: "This goes on from something that was not asked here. What is it about?",
    fr: "Cela fait suite à quelque chose qui n’a pas été demandé ici. De quoi s’agit-il ?",
    de: "Das schließt an etwas an, was hier nicht gefragt wurde. Worum geht es?",
    es: "Esto sigue a algo que no se preguntó aquí. ¿De qué se trata?",
  },
  {
    en: "What do you mean by “{}”?",
    fr: "Qu’entendez-vous par “{}” ?",
    de: "Was ist mit “{}” gemeint?",
    es: "¿Qué quiere decir con “{}”?",
  },
];

// What stands in them for itself: a number, or a word of the question.
const GIVEN = /\d[\d,]*|(?<=“)[^”]+/;

// The words of a statement as they are shown; what is not known is shown as it came.
export function saidIn(lang: Lang, { text, citations }: Statement): string {
  if (citations.length || lang === "en") return text;
  const given = text.match(GIVEN)?.[0] || "";
  const plain = given ? text.replace(given, "{}") : text;
  for (let at = 0; at < SAID.length; at++) {
    if (SAID[at].en !== plain) continue;
    const number = Number(given.replace(/,/g, ""));
    return SAID[at][lang].replace("{}", given && number >= 0 ? number.toLocaleString(lang) : given);
  }
  return text;
}
