const ENTITY = /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi;
const NAMED: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};
/** The inline markup of PubMed titles; anything else in angle brackets, such as "P<0.001", is text. */
const INLINE_MARKUP = /<\/?(?:i|b|u|sup|sub|em|strong)>/gi;

/**
 * Summaries carry titles, names and journals escaped for HTML inside the JSON, some of them twice
 * ("CSR&amp;amp;D"): these fields are decoded until no entity is left, at most twice, and lose their markup.
 */
export function decodeSummaryText(escaped: string): string {
  return decodeEntities(decodeEntities(escaped)).replace(INLINE_MARKUP, '').trim();
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (entity, decimal?: string, hexadecimal?: string) => {
    const named = NAMED[entity.toLowerCase()];
    if (named !== undefined) return named;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
