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

const WRITTEN_PMID =
  /^(?:(?:pmid|pubmed(?:\s?id)?)\s{0,3}[:=#]?\s{0,3}|(?:https?:\/\/)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov\/(?:m\/)?pubmed|(?:www\.)?europepmc\.org\/(?:article|abstract)\/med)\/)(\d{1,12})(?:\/?(?:[?#].*)?|\.)$/i;

/** The PMID of a text that is one as people write it: "pmid:7", "PMID: 7" or an address too. */
export function readPmid(text: string): Pmid | null {
  const written = text.length > 500 ? '' : text.trim();
  return findPmid(WRITTEN_PMID.exec(written)?.[1] ?? written);
}

export function toDocId(pmid: Pmid): DocId {
  return `pmid:${pmid}` as DocId;
}

export function toPmid(docId: DocId): Pmid {
  return docId.slice('pmid:'.length) as Pmid;
}

/** Trusts the caller: for values read back from our own store. */
export function toSha256(hex: string): Sha256 {
  if (!SHA256.test(hex)) throw new TypeError(`not a SHA-256: ${hex}`);
  return hex as Sha256;
}
