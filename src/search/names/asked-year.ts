const YEAR = /(?<=^|[\s,;(])(?:19|20)\d\d(?=\)?\.?(?:$|[\s,;]))/g;
/** The same, with the signs that set it apart. */
const WITH_SIGNS = /[,;]?\s?\(?(?<=^|[\s,;(])(?:19|20)\d\d\)?\.?(?=$|[\s,;])/;

/** The year that a question names, and the question without it. Of several, none is taken. */
export function takeYear(text: string): { year: number | null; text: string } {
  const years = text.match(YEAR) ?? [];
  const [year] = years;
  if (year === undefined || years.length > 1) return { year: null, text };
  const rest = text
    .replace(WITH_SIGNS, ' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/\s(?=[,;])/g, '');
  return { year: Number(year), text: rest.replace(/^[\s,;]+|(?<=[^\s,;])[\s,;]+$/g, '') };
}
