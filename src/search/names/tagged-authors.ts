/** Names that a question tags as PubMed does ("Smith J[au] AND sleep"), and what else it says. */
export interface TaggedAuthors {
  names: string[];
  /** One of them is enough: "Smith J[au] OR Jones B[au]". */
  isAny: boolean;
  topic: string;
}

const TAGS =
  'au|auth|author|authors|fau|full author name|1au|first author name|lastau|last author name|author - \\w+|author name|cn|corporate author';
const TAG = new RegExp(`\\s?\\[(?:${TAGS})\\]`, 'gi');
const PART = new RegExp(`^(?<name>[^\\[]{2,100}?)\\s?\\[(?:${TAGS})\\]\\s*(?<rest>.*)$`, 'is');
const BETWEEN = /\s(?:AND|OR)\s/;
const QUOTED = new RegExp(`["“”„]([^"“”„\\[]{2,100})["“”„](?=\\s?\\[(?:${TAGS})\\])`, 'gi');
const NAME_WORD = '(?!(?:AND|OR|NOT)\\s)[^\\s\\[\\]()]{1,40}';
/** "NOT Smith J[au]", "-Smith[au]" */
const EXCLUDED = new RegExp(
  `(?<!\\S)(NOT\\s+|-)${NAME_WORD}(?:\\s+${NAME_WORD}){0,4}\\s?\\[(?:${TAGS})\\]`,
  'gi',
);

/** `null` where nothing is tagged. */
export function readTaggedAuthors(question: string): TaggedAuthors | null {
  if (withoutAuthorTags(question) === question) return null;
  const names: string[] = [];
  const topics: string[] = [];
  for (const part of question.replaceAll(/[()"“”]/g, ' ').split(BETWEEN)) {
    let rest = part.trim();
    for (let found = PART.exec(rest); found !== null; found = PART.exec(rest)) {
      names.push(found.groups?.name?.trim() ?? '');
      rest = found.groups?.rest?.trim() ?? '';
    }
    if (rest !== '') topics.push(rest);
  }
  const isAny = /\sOR\s/.test(question) && topics.length === 0;
  return { names, isAny, topic: topics.join(' ') };
}

export function withoutAuthorTags(question: string): string {
  return question.includes('[') ? question.replaceAll(TAG, ' ').trim() : question;
}

/** Quotes around a name ask for no phrase: passages hold no names of their authors. */
export function unquoteAuthors(question: string): string {
  return question.includes('[') ? question.replaceAll(QUOTED, '$1') : question;
}

/** Without the names that `NOT` leaves out, which would be read as names that are asked for. */
export function withoutExcludedAuthors(question: string): string {
  if (!question.includes('[')) return question;
  return question.replaceAll(EXCLUDED, (written, sign: string) => (/^(?:NOT|-)/.test(sign) ? ' ' : written));
}
