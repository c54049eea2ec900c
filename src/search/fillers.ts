/** Longer texts say something. */
const MOST_CHARACTERS = 250;

/** What upstream writes where an abstract is missing, in the form of `toBare`. */
const FILLERS: readonly RegExp[] = [
  // "Abstract available from the publisher", "An abstract is unavailable. This article is available as a PDF
  // only."
  /^(?:(?:an?|the) )?(?:english )?(?:abstracts?|summary)(?: text)? (?:is |are |was )?(?:un|not |only |also )?available(?: (?:from|at|in|on|by|through|via|with|for|to) .*| this article is .*| as .*)?$/,
  // "No abstract available", "There is no abstract for this article", "This article has no abstract"
  /^(?:there is |(?:this|the) [a-z]{4,20} (?:has|contains) )?no (?:english )?(?:abstract|summary)(?: (?:is |was |text )?(?:available|provided|supplied|given|present|found|submitted|required|included))?(?: (?:for|in|with|on|by|from) .*)?$/,
  /^(?:this|the) [a-z]{4,20} (?:does|did) not (?:have|contain|include) an? (?:abstract|summary)$/,
  /^(?:abstract|summary) (?:is )?(?:missing|omitted|not provided|not supplied|not included)$/,
  /^kein(?:e)? (?:abstract|zusammenfassung)(?: (?:verfügbar|vorhanden))?$/,
  /^(?:resumen no disponible|sin resumen|pas de résumé(?: disponible)?|résumé (?:non |in)disponible|sem resumo|resumo (?:não disponível|indisponível))$/,
];
/** These stand in for a whole abstract, and under a heading they may be an answer. */
const EMPTY_WORDS = new Set([
  '',
  'abstract',
  'abstract not available',
  'n a',
  'na',
  'none',
  'not applicable',
  'not available',
  'unavailable',
  'unlabelled',
]);

/** Whether a text only says that there is none: "Abstract available from the publisher." */
export function isFiller(text: string): boolean {
  if (text.length > MOST_CHARACTERS) return false;
  const bare = toBare(text);
  return FILLERS.some((filler) => filler.test(bare));
}

/** The same of a whole abstract, which may also be no more than "Not available." */
export function isEmptyAbstract(text: string): boolean {
  return text.length <= MOST_CHARACTERS && (EMPTY_WORDS.has(toBare(text)) || isFiller(text));
}

/** What NLM puts over the part of an abstract that has no heading of its own. */
export function isUnlabelled(label: string): boolean {
  return /^\s?unlabell?ed\s?:?$/i.test(label);
}

function toBare(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
