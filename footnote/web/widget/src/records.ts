// What comes from the server, as docs/http.md describes it. Offsets count code points.

export interface Config {
  title?: string | null;
  greeting?: string | null;
  placeholder?: string | null;
  questions?: string[] | null;
  lang?: string | null;
  theme?: string | null;
  color?: string | null;
  position?: string | null;
  documents?: number | null;
  feedback?: boolean;
  sources?: boolean;
}

export interface Place {
  document_id: string;
  document: string;
  title: string;
  start: number;
  end: number;
}

export interface Citation extends Place {
  number: number;
  section: string | null;
  page: number | null;
  // What the page itself says it is, where that is another number.
  page_label: string | null;
  quote: string;
}

export interface Passage extends Place {
  text: string;
}

export interface Statement {
  text: string;
  citations: number[];
  // A language model's, which nothing supports.
  unsupported?: boolean;
}

export interface Answer {
  question: string;
  asked_as: string | null;
  status: string;
  text: string;
  short_answer: string | null;
  confidence: number;
  statements: Statement[];
  citations: Citation[];
  passages: Passage[];
  conflicts: number[][];
  generation: number;
  mode?: string;
  // A fixed text about the answer.
  note?: string | null;
  // Whole questions to ask instead.
  suggestions?: string[];
}

export interface Around {
  start: number;
  end: number;
  text: string;
}
