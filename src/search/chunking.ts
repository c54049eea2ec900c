import type { Passage, SectionStart } from '../domain/document/chunk.ts';
import type { Abstract, Citation } from '../domain/document/document.ts';
import { countTokens } from './count-tokens.ts';
import { isEmptyAbstract, isFiller, isUnlabelled } from './fillers.ts';
import { isSafeCut, type Stretch, splitSentences } from './words/sentences.ts';

/**
 * In tokens as `countTokens` counts them. `max` gives way only where no safe cut is left (a
 * table of numbers).
 */
export const CHUNK_TOKENS = { target: 325, max: 450, min: 120, overlap: 50 } as const;
/**
 * A table without a safe cut is cut here all the same: far above any real passage, it bounds what is
 * embedded at once.
 */
const MOST_PASSAGE_CHARACTERS = 16_000;
/** Travels with each passage of its section. */
const MOST_LABEL_CHARACTERS = 500;
/** The longest title in PubMed has some 1,500. */
const MOST_TITLE_CHARACTERS = 2_000;
/** Abstracts that only point to another article: nothing to search. */
const ONLY_A_POINTER = /^\[This (?:corrects|retracts|updates)\b[^\]]*\]\.?$/i;

interface Sentence extends Stretch {
  section: number;
  tokens: number;
}
interface Section {
  label: string | null;
  text: string;
}

/**
 * The passages of a document in reading order: those of its abstract, then those of its abstracts in other
 * languages (their label ends in the language: "RESUMEN (spa)"). Without any abstract the title is the one
 * passage; without a title too, its keywords and MeSH headings; a record without any words has none. Same
 * citation, same passages.
 */
export function chunkDocument(citation: Citation): Passage[] {
  const passages = chunkSections(sectionsOf(citation.abstract, null));
  for (const other of citation.other_abstracts) {
    passages.push(...chunkSections(sectionsOf(other, other.language ?? 'other language')));
  }
  if (passages.length === 0) passages.push(...chunkSections(withoutAbstract(citation)));
  return passages.map((passage, position) => ({ ...passage, position }));
}

/**
 * What is matched and embedded for a passage: the title travels with each, and stands once where it
 * is the passage.
 */
export function toSearchText(title: string, passage: Pick<Passage, 'section' | 'text'>): string {
  return title === '' || (passage.section === 'TITLE' && passage.text === title)
    ? passage.text
    : `${title.slice(0, MOST_TITLE_CHARACTERS)}\n${passage.text}`;
}

function sectionsOf(abstract: Abstract | null, language: string | null): Section[] {
  if (abstract === null) return [];
  const given = abstract.sections.length > 0 ? abstract.sections : [{ label: null, text: abstract.text }];
  const said = given.filter(({ text }) => text.trim() !== '' && !isNothing(text.trim()));
  const [only, ...others] = said;
  if (only !== undefined && others.length === 0 && isEmptyAbstract(only.text)) return [];
  return said.map(({ label, text }) => ({ label: toShownLabel(label, language), text }));
}

function isNothing(text: string): boolean {
  return ONLY_A_POINTER.test(text) || isFiller(text);
}

function toShownLabel(label: string | null, language: string | null): string | null {
  const own = label === null || isUnlabelled(label) ? null : label;
  const shown = language === null ? own : `${own ?? 'ABSTRACT'} (${language})`;
  return shown?.slice(0, MOST_LABEL_CHARACTERS) ?? null;
}

function withoutAbstract({ title, vernacular_title, keywords, mesh }: Citation): Section[] {
  const titles = [title, vernacular_title].filter((text) => text !== null && text.trim() !== '');
  if (titles.length > 0) return [{ label: 'TITLE', text: titles.join('\n') }];
  const words = [...keywords, ...mesh.map(({ name }) => name)];
  return words.length > 0 ? [{ label: 'KEYWORDS', text: words.join('; ') }] : [];
}

function chunkSections(sections: readonly Section[]): Passage[] {
  if (sections.length === 0) return [];
  const sentences = sections.flatMap(({ text }, section) => toSentences(text, section));
  return toRuns(sentences).map((run) => toPassage(sections, run));
}

/** Sentences, those over `max` cut at the last safe white space before it. */
function toSentences(text: string, section: number): Sentence[] {
  const sentences: Sentence[] = [];
  for (const { start, end } of splitSentences(text)) {
    const tokens = countTokens(text, start, end);
    if (tokens <= CHUNK_TOKENS.max) sentences.push({ section, start, end, tokens });
    else sentences.push(...cutLongSentence(text, { start, end }, section));
  }
  return sentences;
}

function cutLongSentence(text: string, { start, end }: Stretch, section: number): Sentence[] {
  const pieces: Sentence[] = [];
  let from = start;
  let cut = -1;
  let tokensToCut = 0;
  let tokens = 0;
  let counted = start;
  for (let at = text.indexOf(' ', start); at !== -1 && at < end; at = text.indexOf(' ', at + 1)) {
    tokens += countTokens(text, counted, at);
    counted = at;
    if (tokens > CHUNK_TOKENS.target && cut > from) {
      pieces.push({ section, start: from, end: cut, tokens: tokensToCut });
      from = cut + 1;
      tokens -= tokensToCut;
      cut = -1;
    }
    if (isSafeCut(text, at)) {
      cut = at;
      tokensToCut = tokens;
    }
  }
  pieces.push({ section, start: from, end, tokens: countTokens(text, from, end) });
  return pieces.flatMap((piece) => cutAnywhere(text, piece));
}

/** Between two characters, where the stretch is longer than any passage may be. */
function cutAnywhere(text: string, whole: Sentence): Sentence[] {
  if (whole.end - whole.start <= MOST_PASSAGE_CHARACTERS) return [whole];
  const pieces: Sentence[] = [];
  for (let start = whole.start; start < whole.end; ) {
    const last = Math.min(whole.end, start + MOST_PASSAGE_CHARACTERS);
    const end = last < whole.end && isHighSurrogate(text.charCodeAt(last - 1)) ? last - 1 : last;
    pieces.push({ section: whole.section, start, end, tokens: countTokens(text, start, end) });
    start = end;
  }
  return pieces;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/**
 * Packs sentences. All of them where they fit one passage; else a passage ends where the next sentence would
 * go over the target, and at the end of a section once it has the minimum. Passages of one section share up
 * to `overlap` tokens of whole sentences. A last passage under the minimum joins the one before, or takes
 * sentences from it.
 */
function toRuns(sentences: readonly Sentence[]): Sentence[][] {
  const { target, max, min } = CHUNK_TOKENS;
  if (tokensOf(sentences) <= max) return [[...sentences]];
  const runs: Sentence[][] = [];
  let run: Sentence[] = [];
  let size = 0;
  let fresh = 0;
  for (const sentence of sentences) {
    const newSection = run.at(-1) !== undefined && run.at(-1)?.section !== sentence.section;
    const full = size + sentence.tokens > target && (size >= min || size + sentence.tokens > max);
    if (fresh > 0 && (full || (newSection && size >= min))) {
      runs.push(run);
      run = newSection ? [] : tailOf(run, max - sentence.tokens);
      size = tokensOf(run);
      fresh = 0;
    }
    run.push(sentence);
    size += sentence.tokens;
    fresh++;
  }
  const previous = runs.at(-1);
  if (size >= min || previous === undefined) return [...runs, run];
  const tail = run.slice(run.length - fresh);
  if (tokensOf(previous) + tokensOf(tail) <= max) return [...runs.slice(0, -1), [...previous, ...tail]];
  return [...runs.slice(0, -1), ...balance([...previous, ...tail])];
}

/**
 * The last sentences of a run that fit the overlap, and `room` too, so that overlap never pushes a
 * passage over max.
 */
function tailOf(run: readonly Sentence[], room: number): Sentence[] {
  let from = run.length;
  let tokens = 0;
  while (from > 1) {
    tokens += run[from - 1]?.tokens ?? 0;
    if (tokens > CHUNK_TOKENS.overlap || tokens > room) break;
    from--;
  }
  return run.slice(from);
}

/** Two runs of one, the second with the minimum if the first can spare it. */
function balance(run: readonly Sentence[]): Sentence[][] {
  let from = run.length - 1;
  while (from > 1 && tokensOf(run.slice(from)) < CHUNK_TOKENS.min) from--;
  return [run.slice(0, from), run.slice(from)];
}

function tokensOf(sentences: readonly Sentence[]): number {
  return sentences.reduce((sum, { tokens }) => sum + tokens, 0);
}

function toPassage(sections: readonly Section[], run: readonly Sentence[]): Passage {
  const starts: SectionStart[] = [];
  let text = '';
  for (let from = 0; from < run.length; ) {
    const first = run[from];
    let to = from;
    while (to + 1 < run.length && run[to + 1]?.section === first?.section) to++;
    const last = run[to];
    const section = first && sections[first.section];
    if (first === undefined || last === undefined || section === undefined) break;
    if (text !== '') text += '\n\n';
    starts.push({ label: section.label, start: text.length });
    text += section.text.slice(first.start, last.end);
    from = to + 1;
  }
  return { position: 0, section: starts[0]?.label ?? null, sections: starts, text };
}
