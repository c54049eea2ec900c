import type { Citation } from '../../domain/document/document.ts';
import type { QualityFactor } from './quality.ts';
import type { AbstractFacts } from './quality-abstract.ts';

/**
 * Best first; the first rule that holds decides. Values follow the order of the Oxford levels of evidence
 * (https://www.cebm.ox.ac.uk/resources/levels-of-evidence), spread over 0 … 1.
 */
const BY_PUBLICATION_TYPE: readonly [value: number, types: readonly string[]][] = [
  [0, ['Retracted Publication', 'Retraction of Publication', 'Retraction Notice']],
  [0.3, ['Clinical Trial Protocol']],
  [1, ['Network Meta-Analysis', 'Meta-Analysis']],
  [0.95, ['Systematic Review']],
  [
    0.9,
    [
      'Randomized Controlled Trial',
      'Clinical Trial, Phase III',
      'Equivalence Trial',
      'Pragmatic Clinical Trial',
    ],
  ],
  [0.85, ['Practice Guideline', 'Guideline', 'Consensus Development Conference']],
  [
    0.75,
    [
      'Controlled Clinical Trial',
      'Clinical Trial, Phase II',
      'Clinical Trial, Phase IV',
      'Adaptive Clinical Trial',
    ],
  ],
  [0.65, ['Clinical Trial', 'Clinical Trial, Phase I', 'Clinical Study']],
  [0.55, ['Observational Study', 'Multicenter Study', 'Twin Study', 'Validation Study', 'Comparative Study']],
  [0.25, ['Case Reports']],
  [0.45, ['Scoping Review', 'Review']],
  [
    0.15,
    [
      'Editorial',
      'Comment',
      'Letter',
      'News',
      'Newspaper Article',
      'Published Erratum',
      'Biography',
      'Interview',
    ],
  ],
];
const BY_MESH: readonly [value: number, headings: readonly string[]][] = [
  [0.85, ['Double-Blind Method', 'Single-Blind Method', 'Random Allocation']],
  [0.6, ['Prospective Studies', 'Cohort Studies', 'Follow-Up Studies', 'Longitudinal Studies']],
  [0.5, ['Retrospective Studies', 'Case-Control Studies', 'Cross-Sectional Studies']],
];
/** Records that are too new for MeSH often bear no type but "Journal Article". */
const BY_TITLE: readonly [value: number, words: RegExp, name: string, wordsBehind?: RegExp][] = [
  [0.95, /\bmeta-?analys[ie]s\b/i, 'a meta-analysis'],
  [0.9, /\bsystematic review\b/i, 'a systematic review'],
  [0.85, /\brandomi[sz]ed\b/i, 'a randomised trial', /\b(?:trial|study)\b/i],
  [0.55, /\b(?:cohort|case-control|cross-sectional|observational)\b/i, 'an observational study'],
  [0.25, /\bcase (?:report|series)\b/i, 'a case report'],
];
/** Types that say little of the design: the abstract may say more. */
const RAISABLE = new Set([0.65, 0.55, 0.45]);
const PROTOCOL = /\b(?:study|trial|review) protocol\b|\bprotocol (?:for|of) (?:an?|the)\b/i;
const BY_PHASE: readonly [value: number, phase: RegExp][] = [
  [0.9, /(?:3|III)[ab]?$/i],
  [0.75, /(?:2|II|4|IV)[ab]?$/i],
  [0.65, /./],
];
/** Trials and studies of people count a little more or less by how many they were; reviews do not count. */
const SIZED = { least: 0.5, most: 0.9 } as const;
const FEW = { people: 30, less: 0.1 } as const;
const MANY = { people: 1_000, more: 0.05 } as const;
/**
 * Made once, for the first count: a number's own `toLocaleString` makes one each time, and the first of a
 * process takes 9 ms, which no start waits for.
 */
let counts: Intl.NumberFormat | undefined;
const NOT_KNOWN: QualityFactor = { value: 0.4, reason: 'The record names no study design.' };

/**
 * How strong a study of this kind can be: from publication types, else the strongest that MeSH, the title or
 * the abstract tell of it; and how many people it had.
 */
export function toDesign(citation: Citation, told: AbstractFacts): QualityFactor {
  const { people } = told;
  const { value, reason } = toKind(citation, told);
  if (people === null || people === 0 || value < SIZED.least || value > SIZED.most) return { value, reason };
  const sized = people < FEW.people ? value - FEW.less : people >= MANY.people ? value + MANY.more : value;
  const counted = people === 1 ? '1 person' : `${toCounted(people)} people`;
  return { value: round(sized), reason: `${reason.slice(0, -1)}; ${counted}.` };
}

function toCounted(people: number): string {
  counts ??= new Intl.NumberFormat('en');
  return counts.format(people);
}

function toKind(citation: Citation, abstract: AbstractFacts): QualityFactor {
  const typed = findByType(citation);
  if (typed?.value === 0) return typed;
  if (citation.title !== null && PROTOCOL.test(citation.title))
    return { value: 0.3, reason: 'The title calls it a protocol, which has no results yet.' };
  const told = findByAbstract(abstract);
  if (typed !== null) {
    return told !== null && RAISABLE.has(typed.value) && told.value > typed.value ? told : typed;
  }
  const found = [findByMesh(citation), findByTitle(citation), told].filter((piece) => piece !== null);
  return found.reduce((best, piece) => (piece.value > best.value ? piece : best), found[0] ?? NOT_KNOWN);
}

function findByType({ publication_types }: Citation): QualityFactor | null {
  for (const [value, types] of BY_PUBLICATION_TYPE) {
    const found = publication_types.find(({ name }) => types.includes(name));
    if (found) return { value, reason: `Publication type: ${found.name}.` };
  }
  return null;
}

function findByMesh({ mesh }: Citation): QualityFactor | null {
  for (const [value, headings] of BY_MESH) {
    const found = mesh.find(({ name }) => headings.includes(name));
    if (found) return { value, reason: `MeSH heading: ${found.name}.` };
  }
  return null;
}

function findByTitle({ title }: Citation): QualityFactor | null {
  for (const [value, words, name, wordsBehind] of BY_TITLE) {
    const at = title?.search(words) ?? -1;
    if (at < 0 || wordsBehind?.test(title?.slice(at) ?? '') === false) continue;
    return { value, reason: `The title calls it ${name}.` };
  }
  return null;
}

function findByAbstract({ design, phase }: AbstractFacts): QualityFactor | null {
  const ofPhase = phase === null ? null : (BY_PHASE.find(([, ends]) => ends.test(phase))?.[0] ?? null);
  if (phase !== null && ofPhase !== null && ofPhase >= (design?.value ?? 0))
    return { value: ofPhase, reason: `The abstract tells of a ${phase} trial.` };
  return design && { value: design.value, reason: `The abstract tells of ${design.name}.` };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
