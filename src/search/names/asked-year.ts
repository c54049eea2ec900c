/** Both inclusive. */
export interface AskedYears {
  from?: number;
  to?: number;
}

const ONE = '(?:19|20)\\d\\d';
const BEFORE = '(?<=^|[\\s,;(])';
const BEHIND = '(?=\\)?[.?!]?(?:$|[\\s,;]))';
const YEAR = new RegExp(`${BEFORE}${ONE}${BEHIND}`);
/** "2019-2021", "from 2019 to 2021", "between 2019 and 2021"; "2012 and 2017" are two years. */
const BETWEEN = `(?:from\\s|between\\s)?(${ONE})(?:\\s?[-‐‑–—]\\s?|\\s(?:to|until|through|(?<=between\\s${ONE}\\s)and)\\s)(${ONE})`;
/** "since 2015", "from 2015 on", "before 2010"; "from 2015" alone is of that year. */
const SIDE = `(since|after|before|until|up to|from(?=\\s${ONE}\\son))\\s(${ONE})(?:\\s(?:on|onwards?))?`;
/** The same, with the signs that set it apart; "2021a" is how reference lists tell two apart. */
const WITH_SIGNS = new RegExp(
  `[,;]?\\s?\\(?${BEFORE}(?:${BETWEEN}|${SIDE}|(?:(?:in|from)\\s)?(${ONE})[a-d]?)\\)?[.?!]?(?=$|[\\s,;])`,
  'i',
);

/** "1900-2000 kcal" are no years. */
const UNIT =
  '(?:k?cal|kj|[mk]?g|m?l|[mn]?m|cm|hz|bp|kb|iu|ms|steps?|words?|calories|units?|feet|met(?:re|er)s?)\\b';
const SET_YEARS = new RegExp(
  `${BEFORE}(?:${BETWEEN}|${SIDE}|published\\s(?:in|from)\\s${ONE})${BEHIND}(?!\\s?${UNIT})`,
  'i',
);

/** The years that a question names, and the question without them. Of a list of years, none is taken. */
export function takeYear(text: string): { years: AskedYears | null; text: string } {
  const found = WITH_SIGNS.exec(text);
  const years = found === null ? null : toYears(found);
  const without = text.replace(WITH_SIGNS, ' ');
  if (years === null || YEAR.test(without)) return { years: null, text };
  const rest = without.replaceAll(/\s+/g, ' ').replace(/\s(?=[,;])/g, '');
  return { years, text: rest.replace(/^[\s,;]+|(?<=[^\s,;])[\s,;]+$/g, '') };
}

/** Whether a question sets years of publication, as far as words tell: "since 2015", "2010-2015". */
export function saysYears(text: string): boolean {
  return SET_YEARS.test(text);
}

function toYears([, first, last, side, end, one]: RegExpExecArray): AskedYears | null {
  if (first !== undefined) {
    const years = { from: Number(first), to: Number(last) };
    return years.from <= years.to ? years : null;
  }
  if (side === undefined) return { from: Number(one), to: Number(one) };
  switch (side.toLowerCase()) {
    case 'after':
      return { from: Number(end) + 1 };
    case 'before':
      return { to: Number(end) - 1 };
    case 'until':
    case 'up to':
      return { to: Number(end) };
    default:
      return { from: Number(end) };
  }
}
