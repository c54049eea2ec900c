import { z } from 'zod';
import type { Pmid } from '../../domain/ids.ts';
import type { RelatedAnswer, Relation } from '../literature-source.ts';
import { parseJsonBody, throwReported } from './json-body.ts';
import { toPmids } from './pmids.ts';

const LINK_NAMES: Record<Relation, string> = {
  similar: 'pubmed_pubmed',
  cited_by: 'pubmed_pubmed_citedin',
  references: 'pubmed_pubmed_refs',
};
const WHY_EMPTY: Record<Relation, string> = {
  similar: 'PubMed has computed no similar articles for this PMID: it may not exist, or be too new.',
  cited_by:
    'PubMed knows citing articles only where they are in PubMed Central; none are known for this PMID.',
  references:
    'PubMed knows references of articles in PubMed Central only; none are known for this PMID. ' +
    'The record itself may list some: see references in pubmed.get.',
};

/** `neighbor` gives plain ids, `neighbor_score` objects; an id may be a number. */
const link = z.union([z.string(), z.number(), z.looseObject({ id: z.union([z.string(), z.number()]) })]);
const errors = z.union([z.string(), z.array(z.string())]).optional();
const elinkBody = z.looseObject({
  linksets: z
    .array(
      z.looseObject({
        ERROR: errors,
        linksetdbs: z
          .array(z.looseObject({ linkname: z.string(), ERROR: errors, links: z.array(link).default([]) }))
          .default([]),
      }),
    )
    .default([]),
});

/** `cmd=neighbor` is in the order of closeness too; `neighbor_score` was seen to hang for a minute. */
export function toRelatedParams(pmid: Pmid, relation: Relation): Record<string, string> {
  return {
    dbfrom: 'pubmed',
    db: 'pubmed',
    retmode: 'json',
    cmd: 'neighbor',
    linkname: LINK_NAMES[relation],
    id: pmid,
  };
}

export function parseRelatedAnswer(body: Uint8Array, pmid: Pmid, relation: Relation): RelatedAnswer {
  const { linksets } = parseJsonBody(body, elinkBody);
  throwReported(...linksets.map((set) => set.ERROR));
  const databases = linksets
    .flatMap((set) => set.linksetdbs)
    .filter(({ linkname }) => linkname === LINK_NAMES[relation]);
  throwReported(...databases.map((database) => database.ERROR));
  const ids = databases.flatMap(({ links }) =>
    links.map((entry) => (typeof entry === 'object' ? entry.id : entry)),
  );
  const pmids = [...new Set(toPmids(ids.map(String)))].filter((id) => id !== pmid);
  return { pmids, warnings: pmids.length === 0 ? [WHY_EMPTY[relation]] : [] };
}
