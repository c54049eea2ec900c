/** Where NCBI sends those whom it has blocked. */
const MISUSE_HOST = /^misuse\.ncbi\.nlm\.nih\.gov$/i;
const MISUSE_PAGE = /\/abuse\.shtml$/i;
/**
 * What its page says, as callers have shown it since 2016: the title "NCBI - WWW Error Blocked Diagnostic";
 * "temporarily blocked due to a possible misuse/abuse situation involving your site", and "please have your
 * system administrator contact info@ncbi.nlm.nih.gov"; "blocked for possible abuse".
 */
const MISUSE_WORDS = /WWW Error Blocked|possible (?:misuse|abuse)|misuse\.ncbi\.nlm\.nih\.gov/i;

/** Whether a redirect leads to NCBI's page for those whom it has blocked. */
export function isBlockAddress(location: string): boolean {
  const url = URL.parse(location, 'https://eutils.ncbi.nlm.nih.gov');
  return url !== null && (MISUSE_HOST.test(url.hostname) || MISUSE_PAGE.test(url.pathname));
}

/** Whether `text`, which is no answer of the E-utilities, is that page. */
export function isBlockPage(text: string): boolean {
  return MISUSE_WORDS.test(text);
}
