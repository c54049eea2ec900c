import type { Citation } from '../../domain/document/document.ts';
import type { QualityFactor } from './quality.ts';
import type { AbstractFacts } from './quality-abstract.ts';

/** A company's legal form or trade in an affiliation or a grant's agency: "Genentech, Inc.", "Bayer AG". */
const COMPANY =
  /\b(?:Inc|Ltd|LLC|GmbH|Corp|PLC|Pharma|Pharmaceuticals?|Therapeutics|Biotech|Biosciences|Biopharma|Biologics|Laboratories Ltd|Co\., Ltd)\b|\b(?:AG|S\.A\.|B\.V\.|A\/S|KGaA)(?=[,.;]|$)/;
const PHASES = /^Clinical Trial, Phase (?:I|II|III|IV)$/;
const THERAPY = new Set([
  'therapeutic use',
  'drug therapy',
  'pharmacology',
  'administration & dosage',
  'adverse effects',
]);
/** NLM writes 0 where neither CAS nor FDA gave the substance a number. */
const NO_SUBSTANCE = '0';

/**
 * How much the record bears on the worth of a product or company: trials first, then therapy with a
 * named substance, a company behind it, a registered trial. The marks add up; the reason lists those
 * that were found.
 */
export function toInvestmentRelevance(citation: Citation, told: AbstractFacts): QualityFactor {
  const marks: [value: number, name: string][] = [];
  const phase = citation.publication_types.find(({ name }) => PHASES.test(name))?.name ?? told.phase;
  const isTrial = citation.publication_types.some(({ name }) => /Clinical Trial|Controlled Trial/.test(name));
  if (phase !== null) marks.push([0.4, phase]);
  else if (isTrial || told.design?.isTrial === true) marks.push([0.25, 'a clinical trial']);
  const therapy = citation.mesh.flatMap(({ qualifiers }) => qualifiers).find(({ name }) => THERAPY.has(name));
  if (therapy) marks.push([0.15, `MeSH qualifier "${therapy.name}"`]);
  if (
    citation.chemicals.some(
      ({ registry_number }) => registry_number !== null && registry_number !== NO_SUBSTANCE,
    )
  ) {
    marks.push([0.1, 'a registered substance']);
  }
  if (namesCompany(citation)) marks.push([0.2, 'a company among affiliations or funders']);
  if (told.registration !== null) marks.push([0.15, `trial registration ${told.registration}`]);
  if (marks.length === 0) return { value: 0.1, reason: 'No trial, therapy, substance or company is named.' };
  const value = marks.reduce((sum, [mark]) => sum + mark, 0);
  return {
    value: Math.round(value * 1000) / 1000,
    reason: `Found: ${marks.map(([, name]) => name).join(', ')}.`,
  };
}

function namesCompany({ authors, grants }: Citation): boolean {
  if (grants.some(({ agency }) => agency !== null && COMPANY.test(agency))) return true;
  return authors.some(({ affiliations }) => affiliations.some((affiliation) => COMPANY.test(affiliation)));
}
