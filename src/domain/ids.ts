declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** A PubMed identifier: one to nine digits, no leading zero. */
export type Pmid = Branded<string, 'Pmid'>;
/** The corpus' name for a document: `pmid:` and its PMID. */
export type DocId = Branded<string, 'DocId'>;
/** Lower-case hexadecimal SHA-256. */
export type Sha256 = Branded<string, 'Sha256'>;

const PMID = /^[1-9]\d{0,8}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Resolves to `null` when `text` is no PMID; leading zeros and white space around it are forgiven. */
export function findPmid(text: string): Pmid | null {
  const digits = text.trim().replace(/^0+/, '');
  return PMID.test(digits) ? (digits as Pmid) : null;
}

/** The PMID inside a `pmid:12345678`; `null` when `text` has another form. */
export function findPmidOfDocId(text: string): Pmid | null {
  const match = /^pmid:(\d+)$/i.exec(text.trim());
  return match?.[1] === undefined ? null : findPmid(match[1]);
}

export function toDocId(pmid: Pmid): DocId {
  return `pmid:${pmid}` as DocId;
}

/** Trusts the caller: for values read back from our own store. */
export function toSha256(hex: string): Sha256 {
  if (!SHA256.test(hex)) throw new TypeError(`not a SHA-256: ${hex}`);
  return hex as Sha256;
}
