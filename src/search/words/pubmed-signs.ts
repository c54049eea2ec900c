/** What of PubMed's own way to ask is in a question, and the question without it. */
export interface PubmedSigns {
  text: string;
  /** What is not done, a sentence each. */
  notDone: string[];
}

const TOPIC =
  'ti|title|tiab|title/abstract|ab|abstract|tw|text words?|all|all fields|mh|mesh|mesh terms|mesh subheading|sh|mesh major topic|' +
  'majr|nm|substance|substance name|supplementary concept|ot|other term|pt|publication type|ptyp|ta|jour|journal|ad|affiliation|' +
  'gr|grants? number|pa|ps|rn|tt|transliterated title|vi|volume|ip|issue|pg|pagination';
const IDS = 'uid|pmid|pmcid|pmc|aid|article identifier|doi|lid|location id|pii|is|jid';
const DATES =
  'dp|pdat|ppdat|epdat|edat|mdat|crdt|dcom|dep|phst|date - [a-z ]{3,20}|publication date|entrez date|create date|year';
const LIMITS = 'la|lang|language|sb|subset|filter';
const OPTIONS = '(?:\\s?:\\s?[^\\]]{1,20})?';
const TAG = new RegExp(`\\s?\\[(?:${TOPIC})${OPTIONS}\\]`, 'gi');
const ID_TAG = new RegExp(`\\s?\\[(?:${IDS})\\]`, 'gi');
const DATE = '"?\\d{4}(?:[/-]\\d{1,2}){0,2}"?';
/** It goes with what it joins: alone it would join, or leave out, whatever comes next. */
const OPERATOR = '(?:(?<!\\S)(?:AND|OR|NOT)\\s+)?';
/** "2019:2021[dp]", `"2019/01/01"[Date - Publication] : "3000"[Date - Publication]`, `"last 5 years"[dp]` */
const DATE_TAG = new RegExp(
  `${OPERATOR}(?:${DATE}(?:\\s?\\[(?:${DATES})\\])?(?:\\s?:\\s?${DATE})?|"[^"\\[]{1,60}")\\s?\\[(?:${DATES})\\]|\\[(?:${DATES})\\]`,
  'gi',
);
/** "english[la]", "free full text[sb]", `"humans"[Filter]` */
const LIMIT_TAG = new RegExp(
  `${OPERATOR}(?:"[^"\\[]{1,60}"|(?:free )?(?:full )?[\\w-]{1,40})\\s?\\[(?:${LIMITS})\\]`,
  'gi',
);
const TYPE_WORD = '(?!(?:AND|OR|NOT)\\s)[\\w,-]{1,40}';
const TYPE = `(?:"[^"\\[]{1,60}"|${TYPE_WORD}(?:\\s${TYPE_WORD}){0,4}?)\\s?\\[(?:pt|ptyp|publication type)${OPTIONS}\\]`;
/** "NOT review[pt]": texts that hold the word are of any type. */
const EXCLUDED_TYPE = new RegExp(`(?<!\\S)(NOT\\s+|-)${TYPE}`, 'gi');
/** "NOT (letter[pt] OR mice)" */
const EXCLUDED_GROUP = /(?<!\S)(NOT\s|-)\(([^()]*)\)/g;
const TYPE_ALONE = new RegExp(`^\\s?${TYPE}\\s?$`, 'i');
const EITHER = /\sOR\s/i;
/** `"Myocardial Infarction/therapy"[Mesh]` */
const SUBHEADING = /"([^"/]{1,200})\/[^"]{1,200}"(?=\s?\[(?:mesh|mh|majr))/gi;
/** "Ti:sapphire" is a laser. */
const FIELD_NAME =
  /(?<!\S)(?!ti:sa(?:pphires?\b|\b))(?:ti|title|ab|abstract|tiab|mesh|mh|keywords?|journal|ta|dp|year):(?=[^\s/])/gi;
const NO_TAGS = 'Field tags such as [ti] are passed over: use filters.';
const NO_DATES =
  'Dates with a field tag are left out of the question: use year_from, year_to, date_from and date_to.';
const NO_LIMITS = 'Limits such as english[la] are left out of the question: use filters.';
const NO_EXCLUDED_TYPES =
  'NOT with a publication type leaves nothing out: filters.publication_types narrows to those that are wanted.';

/** Chemical elements whose signs are tags as well. */
const ELEMENTS = {
  gold: 'Au',
  titanium: 'Ti',
  platinum: 'Pt',
  lanthanum: 'La',
  tantalum: 'Ta',
  antimony: 'Sb',
  protactinium: 'Pa',
};
/** "gold [Au]" is a metal with its sign; "Gold[Au]" an author. */
const ELEMENT = new RegExp(
  `\\b(${Object.entries(ELEMENTS)
    .map(
      ([name, sign]) =>
        `[${name.charAt(0).toUpperCase()}${name.charAt(0)}]${name.slice(1)}(?=\\s\\[${sign}\\])`,
    )
    .join('|')})\\s\\[(\\w\\w)\\]`,
  'g',
);

/** Takes out what PubMed alone understands: tags of fields, dates and limits with one. */
export function takePubmedSigns(question: string): PubmedSigns {
  if (!question.includes('[') && !question.includes(':')) return { text: question, notDone: [] };
  const notDone = new Set<string>();
  const take = (text: string, pattern: RegExp, told?: string) =>
    text.replaceAll(pattern, () => {
      if (told !== undefined) notDone.add(told);
      return ' ';
    });
  let text = question.replaceAll(ELEMENT, '$1 $2').replaceAll(SUBHEADING, '"$1"');
  text = text.replaceAll(EXCLUDED_TYPE, (written, sign: string) => {
    if (!/^(?:NOT|-)/.test(sign)) return written;
    notDone.add(NO_EXCLUDED_TYPES);
    return ' ';
  });
  text = text.replaceAll(EXCLUDED_GROUP, (written, sign: string, group: string) => {
    const pieces = group.split(EITHER);
    const others = pieces.filter((piece) => !TYPE_ALONE.test(piece));
    if (others.length === pieces.length) return written;
    notDone.add(NO_EXCLUDED_TYPES);
    return others.length === 0 ? ' ' : `${sign}(${others.join(' OR ')})`;
  });
  text = take(text, DATE_TAG, NO_DATES);
  text = take(text, LIMIT_TAG, NO_LIMITS);
  text = take(take(text, ID_TAG), TAG, NO_TAGS);
  text = take(text, FIELD_NAME, NO_TAGS);
  return { text, notDone: [...notDone] };
}
