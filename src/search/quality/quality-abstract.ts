import type { Citation } from '../../domain/document/document.ts';
import { findToldDesign, PEOPLE, type ToldDesign } from './told-design.ts';

/** What an abstract says of its own study; `null` where it does not say it. */
export interface AbstractFacts {
  design: ToldDesign | null;
  /** As it is written: "phase 2". */
  phase: string | null;
  /** The largest number of people that the abstract counts. */
  people: number | null;
  speaksOfPeople: boolean;
  speaksOfAnimals: boolean;
  /** The first: "NCT01846416". */
  registration: string | null;
}

const PHASE = /\bphase[ -](?:[1-4]|I{1,3}|IV)[ab]?\b/gi;
/** How far behind it the word is a trial's: "phase 2, multicentre, open-label study". */
const PHASE_REACH = 60;
const STUDY = /\b(?:trial|study|studies)\b/i;
/** Registers of the WHO's platform: https://www.who.int/tools/clinical-trials-registry-platform */
const REGISTRATION =
  /\b(?:NCT ?\d{8}|ISRCTN ?\d{6,8}|ACTRN ?\d{14}|DRKS ?\d{8}|ChiCTR[\w-]{0,20}\d{6}|UMIN ?\d{9}|jRCTs?\d{9}|CTRI\/\d{4}\/\d\d|IRCT\d{8}|KCT ?\d{7}|PACTR ?\d{15}|TCTR ?\d{8}|RBR-\w{6}|NTR ?\d{3,5}|EUCTR ?\d{4}-\d{6}|EudraCT)\w{0,20}/;
const ANIMALS = (
  'mice mouse murine rat rats rabbit rabbits zebrafish drosophila pig pigs piglets dog dogs cat cats sheep cattle cow ' +
  'cows monkey monkeys macaques xenograft xenografts'
).split(' ');
/** By word, whom a text speaks of that has it. */
const SPOKEN_OF = new Map<string, 'people' | 'animals'>([
  ...PEOPLE.map((word) => [word, 'people'] as const),
  ...ANIMALS.map((word) => [word, 'animals'] as const),
]);
const ARE_PEOPLE = new Set(PEOPLE);
/** Shares and decimals count nobody. */
const NO_COUNT = /\d[\d.,]{0,20}\s?%|\d{1,9}\.\d{1,9}/g;
const WORD = /\d{1,3}(?:,\d{3})+(?![\d-])|[a-z0-9]+(?:-[a-z0-9]+)*/g;
const NUMBER = /^(?:\d{1,3}(?:,\d{3})+|\d{1,8})$/;
const YEAR = /^(?:19|20)\d\d$/;
const UNIT = /^(?:years?|months?|weeks?|days?|hours?|mg|kg|ml|of)$/;
/** "123 consecutive Chinese adult patients". */
const WORDS_BETWEEN = 4;

/** Reads the abstract of the record itself; translations are left out. */
export function readAbstract({ abstract }: Pick<Citation, 'abstract'>): AbstractFacts {
  const text = abstract?.text ?? '';
  const sentences = text.split(/[.;:]\s|\n/).map((sentence) => readWords(sentence));
  const spokenOf = listSpokenOf(sentences);
  return {
    design: findToldDesign(sentences),
    phase: findPhase(text),
    people: countPeople(sentences),
    speaksOfPeople: spokenOf.has('people'),
    speaksOfAnimals: spokenOf.has('animals'),
    registration: text.match(REGISTRATION)?.[0] ?? null,
  };
}

function listSpokenOf(sentences: readonly (readonly string[])[]): Set<string> {
  const found = new Set<string>();
  for (const words of sentences) {
    for (const word of words) {
      const who = SPOKEN_OF.get(word);
      if (who !== undefined) found.add(who);
    }
  }
  return found;
}

function readWords(sentence: string): string[] {
  return sentence.replaceAll(NO_COUNT, ' ').toLowerCase().match(WORD) ?? [];
}

function findPhase(text: string): string | null {
  for (const { 0: phase, index } of text.matchAll(PHASE)) {
    const [behind = ''] = text.slice(index + phase.length, index + phase.length + PHASE_REACH).split(/[.;]/);
    if (STUDY.test(behind)) return phase;
  }
  return null;
}

/** "345 consecutive patients", "patients (n = 345)"; years and ages stand before people too. */
function countPeople(sentences: readonly (readonly string[])[]): number | null {
  let most: number | null = null;
  for (const words of sentences) {
    for (let at = 0; at < words.length; at++) {
      if (countsPeople(words, at)) most = Math.max(most ?? 0, Number(words[at]?.replaceAll(',', '')));
    }
  }
  return most;
}

function countsPeople(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  // A rate: "per 100,000 children".
  if (!beginsWithDigit(word) || !NUMBER.test(word) || YEAR.test(word) || words[at - 1] === 'per')
    return false;
  const behind = words.slice(at + 1, at + 2 + WORDS_BETWEEN);
  const end = behind.findIndex((one) => ARE_PEOPLE.has(one));
  const isBefore = end >= 0 && !behind.slice(0, end).some((one) => UNIT.test(one) || NUMBER.test(one));
  return isBefore || (words[at - 1] === 'n' && ARE_PEOPLE.has(words[at - 2] ?? ''));
}

/** Most words do not, and are looked at no further. */
function beginsWithDigit(word: string): boolean {
  const code = word.charCodeAt(0);
  return code >= 48 && code <= 57;
}
