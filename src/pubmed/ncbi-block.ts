/** Where NCBI sends those whom it has blocked. */
const MISUSE_HOST = /^misuse\.ncbi\.nlm\.nih\.gov$/i;
const MISUSE_PAGE = /\/abuse\.shtml$/i;
/** What its page says: "blocked due to a possible misuse/abuse situation involving your site". */
const MISUSE_WORDS = /possible (?:misuse|abuse)|misuse\.ncbi\.nlm\.nih\.gov/i;

/** Whether a redirect leads to NCBI's page for those whom it has blocked. */
export function isBlockAddress(location: string): boolean {
  const url = URL.parse(location, 'https://eutils.ncbi.nlm.nih.gov');
  return url !== null && (MISUSE_HOST.test(url.hostname) || MISUSE_PAGE.test(url.pathname));
}

/** Whether `text`, which is no answer of the E-utilities, is that page. */
export function isBlockPage(text: string): boolean {
  return MISUSE_WORDS.test(text);
}
