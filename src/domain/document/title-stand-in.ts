/**
 * What NLM writes in ArticleTitle while a work has no English title: "[Not Available].", "[In Process
 * Citation]".
 */
const STAND_IN =
  /^\[?(?:(?:title )?not available|in process citation|no title available)\]?\.?$|^\[(?:no title|untitled)\]\.?$/i;

/** So does what has no letter and no digit: "." and "[]". */
export function isTitleStandIn(title: string): boolean {
  return STAND_IN.test(title.trim()) || !/[\p{L}\p{N}]/u.test(title);
}
