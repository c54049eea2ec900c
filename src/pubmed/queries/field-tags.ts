import { findNearestName } from '../../errors/nearest-name.ts';

/**
 * What may stand between square brackets. From NCBI's EInfo of PubMed (names and full names of its
 * fields) and the tags of PubMed's help page,
 * https://pubmed.ncbi.nlm.nih.gov/help/#using-search-field-tags. Lower case.
 */
const NAMES_BY_EINFO =
  'all|all fields|uid|filt|filter|titl|title|mesh|mesh terms|majr|mesh major topic|jour|journal|affl|affiliation|' +
  'ecno|ec/rn number|subs|supplementary concept|pdat|date - publication|edat|date - entry|vol|volume|page|' +
  'pagination|ptyp|publication type|lang|language|iss|issue|subh|mesh subheading|si|secondary source id|mhda|' +
  'date - mesh|tiab|title/abstract|otrm|other term|coln|author - corporate|cnty|place of publication|papx|' +
  'pharmacological action|grnt|grants and funding|mdat|date - modification|cdat|date - completion|pid|' +
  'publisher id|faut|author - first|full|author|finv|investigator|tt|transliterated title|laut|author - last|' +
  'ppdt|print publication date|epdt|electronic publication date|lid|location id|crdt|date - create|book|ed|' +
  'editor|isbn|pubn|publisher|aucl|author cluster id|eid|extended pmid|dso|auid|author - identifier|ps|' +
  'subject - personal name|cois|conflict of interest statements|word|text word|p1dat';
const NAMES_BY_HELP =
  'ad|aid|article identifier|au|author identifier|cn|corporate author|dcom|completion date|create date|rn|' +
  'ec/rn|entry date|entrez date|sb|subset|1au|first author|first author name|fau|full author name|fir|' +
  'full investigator name|gr|grant number|grants|ir|ip|ta|la|lastau|last author|last author name|mesh date|' +
  'mh|mesh subheadings|sh|lr|modification date|jid|nlm unique id|ot|pg|personal name as subject|pa|pl|pmid|' +
  'dp|publication date|pt|nm|tw|text words|ti|vi|doi|pmc|pmcid|issn|is|edit|irad|publication status|ti/ab';

const KNOWN = new Set([...NAMES_BY_EINFO.split('|'), ...NAMES_BY_HELP.split('|')]);

/** `[mh:noexp]`, `[tiab:~3]`, and the `[Journal:__jid101724278]` of NCBI's own translations. */
const SUFFIX = /:(?:noexp|exp|~\d+|__jid\d+)$/;

export function isFieldTag(tag: string): boolean {
  return KNOWN.has(toName(tag));
}

/** The field that a writer of `tag` most likely meant; `null` when none is close. */
export function findNearestFieldTag(tag: string): string | null {
  return findNearestName(toName(tag), KNOWN);
}

function toName(tag: string): string {
  return tag.trim().toLowerCase().replace(/\s+/g, ' ').replace(SUFFIX, '');
}
