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
