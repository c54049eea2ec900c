/**
 * What NLM writes in ArticleTitle while a work has no English title: "[Not Available].", "[In Process
 * Citation]".
 */
const STAND_IN = /^\[?(?:not available|in process citation|no title available)\]?\.?$/i;

export function isTitleStandIn(title: string): boolean {
  return STAND_IN.test(title.trim());
}
