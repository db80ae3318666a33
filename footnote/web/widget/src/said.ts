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
  {
    en: "The language model could not be used, so this is in the documents' own words.",
    fr: "Le modèle de langage n’a pas pu être utilisé ; voici donc les mots mêmes des documents.",
    de: "Das Sprachmodell konnte nicht verwendet werden, daher sind dies die eigenen Worte der Dokumente.",
    es: "No se pudo usar el modelo de lenguaje; por eso esto está en las propias palabras de los documentos.",
  },
  {
    en: "The language model's limit for today is reached, so this is in the documents' own words.",
    fr: "La limite du modèle de langage pour aujourd’hui est atteinte ; voici donc les mots mêmes des documents.",
    de: "Das Limit des Sprachmodells für heute ist erreicht, daher sind dies die eigenen Worte der Dokumente.",
    es: "Se ha alcanzado el límite de hoy del modelo de lenguaje; por eso esto está en las propias palabras de los documentos.",
  },
  {
    en: "The documents did not support what the language model wrote, so this is in the documents' own words.",
    fr: "Les documents ne confirment pas ce que le modèle de langage a écrit ; voici donc les mots mêmes des documents.",
    de: "Die Dokumente stützen nicht, was das Sprachmodell schrieb, daher sind dies die eigenen Worte der Dokumente.",
    es: "Los documentos no respaldan lo que escribió el modelo de lenguaje; por eso esto está en las propias palabras de los documentos.",
  },
  {
    en: "The language model found no answer in the passages, so this is in the documents' own words.",
    fr: "Le modèle de langage n’a pas trouvé de réponse dans les passages ; voici donc les mots mêmes des documents.",
    de: "Das Sprachmodell fand in den Abschnitten keine Antwort, daher sind dies die eigenen Worte der Dokumente.",
    es: "El modelo de lenguaje no encontró respuesta en los pasajes; por eso esto está en las propias palabras de los documentos.",
  },
  {
    en: "The language model stopped early; what follows is in the documents' own words.",
    fr: "Le modèle de langage s’est arrêté avant la fin ; la suite est dans les mots mêmes des documents.",
    de: "Das Sprachmodell brach vorzeitig ab; was folgt, sind die eigenen Worte der Dokumente.",
    es: "El modelo de lenguaje se detuvo antes de terminar; lo que sigue está en las propias palabras de los documentos.",
  },
];

// What follows a sentence of a language model that nothing supports.
const MARK: Said = {
  en: " [not supported by the documents]",
  fr: " [non confirmé par les documents]",
  de: " [von den Dokumenten nicht gestützt]",
  es: " [no respaldado por los documentos]",
};

// What stands in them for itself: a number, or a word of the question.
const GIVEN = /\d[\d,]*|(?<=“)[^”]+/;

// The words of a statement as they are shown. What a language model wrote stays as it is, but for
// the mark at its end.
export function saidIn(lang: Lang, { text, citations, unsupported }: Statement): string {
  if (citations.length) return text;
  if (unsupported) return text.endsWith(MARK.en) ? text.slice(0, -MARK.en.length) + MARK[lang] : text;
  return fixedIn(lang, text);
}

// A fixed text; what is not known is shown as it came.
export function fixedIn(lang: Lang, text: string): string {
  if (lang === "en") return text;
  const given = text.match(GIVEN)?.[0] || "";
  const plain = given ? text.replace(given, "{}") : text;
  for (let at = 0; at < SAID.length; at++) {
    if (SAID[at].en !== plain) continue;
    const number = Number(given.replace(/,/g, ""));
    return SAID[at][lang].replace("{}", given && number >= 0 ? number.toLocaleString(lang) : given);
  }
  return text;
}
