import type { Abstract, AbstractSection } from '../../domain/document/document.ts';
import { isFiller, isUnlabelled } from '../fillers.ts';
import { isSafeCut, type Stretch, splitSentences } from '../words/sentences.ts';

/** A sentence, and where it stands in the text of its abstract. */
export interface AbstractSentence extends Stretch {
  /** As upstream labels it; `null` in an unstructured abstract. */
  section: string | null;
  /** NLM's word for the section: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS; mostly `null`. */
  category: string | null;
  text: string;
}

/** A longer sentence counts as several: a table without a stop, or a text that was never cut. */
export const MOST_SENTENCE_CHARACTERS = 500;

/**
 * The sentences of an abstract in reading order: `text` is `abstract.text` from `start` to `end`. Sections
 * that only say that there is none are left out.
 */
export function toAbstractSentences(abstract: Abstract): AbstractSentence[] {
  return placeSections(abstract).flatMap(({ label, category, text, start: from }) => {
    if (isFiller(text)) return [];
    const section = label === null || isUnlabelled(label) ? null : label;
    return splitSentences(text)
      .flatMap((sentence) => cutLong(text, sentence))
      .map(({ start, end }) => {
        return { section, category, text: text.slice(start, end), start: from + start, end: from + end };
      });
  });
}

interface PlacedSection extends AbstractSection {
  start: number;
}

/** `abstract.text` is its sections, each behind its label; where it is not, it counts as one section. */
function placeSections({ text, sections }: Abstract): PlacedSection[] {
  let from = 0;
  const placed = sections.map((section) => {
    const start = text.indexOf(section.text, from);
    from = start + section.text.length;
    return { ...section, start };
  });
  const isWhole = placed.length > 0 && placed.every(({ start }) => start >= 0);
  return isWhole ? placed : [{ label: null, category: null, text, start: 0 }];
}

function cutLong(text: string, { start, end }: Stretch): Stretch[] {
  const pieces: Stretch[] = [];
  let from = start;
  while (end - from > MOST_SENTENCE_CHARACTERS) {
    const cut = findCut(text, from);
    pieces.push({ start: from, end: cut });
    from = cut + (/\s/.test(text[cut] ?? '') ? 1 : 0);
  }
  return [...pieces, { start: from, end }];
}

/** The last safe white space that keeps a piece short enough, else the last white space, else anywhere. */
function findCut(text: string, from: number): number {
  let anySpace = -1;
  for (let at = from + MOST_SENTENCE_CHARACTERS; at > from; at--) {
    if (text[at] !== ' ') continue;
    if (isSafeCut(text, at)) return at;
    if (anySpace < 0) anySpace = at;
  }
  if (anySpace > 0) return anySpace;
  const end = from + MOST_SENTENCE_CHARACTERS;
  const isInside = /[\ud800-\udbff]/.test(text[end - 1] ?? '');
  return isInside ? end - 1 : end;
}
