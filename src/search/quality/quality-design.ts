import type { Citation } from '../../domain/document.ts';
import type { QualityPart } from './quality.ts';

/**
 * Best first; the first rule that holds decides. Values follow the order of the Oxford levels of evidence
 * (https://www.cebm.ox.ac.uk/resources/levels-of-evidence), spread over 0 … 1.
 */
const BY_PUBLICATION_TYPE: readonly [value: number, types: readonly string[]][] = [
  [0, ['Retracted Publication', 'Retraction of Publication', 'Retraction Notice']],
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
/** Records that are too new for MeSH often bear no type but "Journal Article": then the title is asked. */
const BY_TITLE: readonly [value: number, words: RegExp, name: string, wordsBehind?: RegExp][] = [
  [0.95, /\bmeta-?analys[ie]s\b/i, 'a meta-analysis'],
  [0.9, /\bsystematic review\b/i, 'a systematic review'],
  [0.85, /\brandomi[sz]ed\b/i, 'a randomised trial', /\b(?:trial|study)\b/i],
  [0.55, /\b(?:cohort|case-control|cross-sectional|observational)\b/i, 'an observational study'],
  [0.25, /\bcase (?:report|series)\b/i, 'a case report'],
];
const NOT_KNOWN: QualityPart = { value: 0.4, reason: 'The record names no study design.' };

/** How strong a study of this kind can be: from publication types, else MeSH, else the title. */
export function toDesign({ publication_types, mesh, title }: Citation): QualityPart {
  for (const [value, types] of BY_PUBLICATION_TYPE) {
    const found = publication_types.find(({ name }) => types.includes(name));
    if (found) return { value, reason: `Publication type: ${found.name}.` };
  }
  for (const [value, headings] of BY_MESH) {
    const found = mesh.find(({ name }) => headings.includes(name));
    if (found) return { value, reason: `MeSH heading: ${found.name}.` };
  }
  for (const [value, words, name, wordsBehind] of BY_TITLE) {
    const at = title?.search(words) ?? -1;
    if (at < 0 || wordsBehind?.test(title?.slice(at) ?? '') === false) continue;
    return { value, reason: `The title calls it ${name}.` };
  }
  return NOT_KNOWN;
}
