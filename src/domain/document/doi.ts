const ADDRESS = /^(?:https?:\/\/)?(?:dx\.|www\.)?doi\.org\//i;
const LABEL = /^doi[:\s]{0,3}(?=10\.)/i;

/**
 * "https://doi.org/10.1000/a%2Fb", "doi: 10.1000/a" → the DOI alone. What was no DOI stays as it was sent.
 */
export function toBareDoi(text: string): string {
  const sent = text.trim();
  const bare = sent.replace(ADDRESS, '');
  // Only an address is percent-encoded: a bare DOI may hold a "%" of its own.
  return (bare === sent ? sent : decode(bare)).replace(LABEL, '').trim();
}

/** By its form: a prefix, which may have parts ("10.1000.10"), and a suffix without white space. */
export function isDoi(text: string): boolean {
  return /^10\.\d{4}/.test(text) && /^10\.\d[\d.]*\/\S+$/.test(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
