/**
 * `pubmed26n1335.xml.gz`: the production year, and the number in which the year's baseline and
 * update files apply.
 */
export interface BulkFileName {
  year: number;
  number: number;
  /**
   * Files apply in ascending order of it: a later one says what is true now. A new year's
   * baseline replaces all.
   */
  fileRank: number;
}

const NAME = /^(?:pubmed|medline)(\d{2})n(\d{4,5})\.xml(?:\.gz)?$/i;
/** More than the digits of a number can say. */
const NUMBERS_A_YEAR = 100_000;

/** `null` for a name that is not in NLM's form: nothing tells when such a file applies. */
function parseBulkFileName(name: string): BulkFileName | null {
  const match = NAME.exec(name);
  if (match === null) return null;
  const [year, number] = [2000 + Number(match[1]), Number(match[2])];
  return { year, number, fileRank: Number(match[1]) * NUMBERS_A_YEAR + number };
}

export function findFileRank(name: string): number | null {
  return parseBulkFileName(name)?.fileRank ?? null;
}

/** In the order in which they apply; names in another form come after NLM's, by name. */
export function compareBulkFileNames(one: string, other: string): number {
  const [left, right] = [
    findFileRank(one) ?? Number.MAX_SAFE_INTEGER,
    findFileRank(other) ?? Number.MAX_SAFE_INTEGER,
  ];
  if (left !== right) return left - right;
  return one < other ? -1 : Number(one > other);
}
