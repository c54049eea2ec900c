import type { Correction, NamedUi, RetractionStatus } from '../../domain/document/document.ts';

/**
 * Which status each publication type and each RefType of a correction gives. NLM renamed "Retraction of
 * Publication" to "Retraction Notice" in 2026. A partial retraction leaves the work standing, so it counts as
 * a correction unless NLM also calls the article "Retracted Publication". An article that corrects and
 * replaces another is an erratum that repeats the whole work; a plain republication is not.
 */
const BY_PUBLICATION_TYPE = new Map<string, RetractionStatus>(
  Object.entries({
    d016441: 'retracted',
    'retracted publication': 'retracted',
    d016440: 'retraction_notice',
    'retraction of publication': 'retraction_notice',
    'retraction notice': 'retraction_notice',
    d000075742: 'expression_of_concern',
    'expression of concern': 'expression_of_concern',
    d016425: 'erratum',
    'published erratum': 'erratum',
    d016439: 'erratum',
    'corrected and republished article': 'erratum',
  } as const),
);
const BY_REF_TYPE = new Map<string, RetractionStatus>(
  Object.entries({
    RetractionIn: 'retracted',
    RetractedandRepublishedIn: 'retracted',
    RetractionOf: 'retraction_notice',
    ExpressionOfConcernIn: 'expression_of_concern',
    ExpressionOfConcernFor: 'expression_of_concern',
    PartialRetractionOf: 'erratum',
    ErratumFor: 'erratum',
    CorrectedandRepublishedFrom: 'erratum',
    RetractedandRepublishedFrom: 'erratum',
    PartialRetractionIn: 'corrected',
    CorrectedandRepublishedIn: 'corrected',
    ErratumIn: 'corrected',
  } as const),
);
/**
 * Where several are true, the first stands: what warns the reader most, and a notice before what
 * later befell it.
 */
const PRECEDENCE: readonly RetractionStatus[] = [
  'retracted',
  'retraction_notice',
  'expression_of_concern',
  'erratum',
  'corrected',
];

/**
 * `expression_of_concern` covers the article concerned and the notice about it: neither should be read
 * without the other, and `corrections` tells which is which.
 */
export function toRetractionStatus(publicationTypes: NamedUi[], corrections: Correction[]): RetractionStatus {
  const found = new Set<RetractionStatus | undefined>();
  for (const { ui, name } of publicationTypes) {
    found.add(BY_PUBLICATION_TYPE.get(ui?.toLowerCase() ?? ''));
    found.add(BY_PUBLICATION_TYPE.get(name.toLowerCase()));
  }
  for (const { type } of corrections) found.add(BY_REF_TYPE.get(type));
  return PRECEDENCE.find((status) => found.has(status)) ?? 'none';
}
