const OPENING = '<!--';
const CLOSING = '-->';

/**
 * XML without its comments. One that is never closed stays, and is looked for once only: a pattern would look
 * again at each.
 */
export function removeComments(xml: string): string {
  let open = xml.indexOf(OPENING);
  if (open < 0) return xml;
  const kept: string[] = [];
  let from = 0;
  while (open >= 0) {
    const close = xml.indexOf(CLOSING, open + OPENING.length);
    if (close < 0) break;
    kept.push(xml.slice(from, open));
    from = close + CLOSING.length;
    open = xml.indexOf(OPENING, from);
  }
  return kept.join('') + xml.slice(from);
}
