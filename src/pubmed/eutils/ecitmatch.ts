import { findPmid, type Pmid } from '../../domain/ids.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { CitationQuery } from '../literature-source.ts';
import { MAX_IDS_PER_REQUEST } from '../source-limits.ts';
import { toFault } from './upstream-fault.ts';

/** One line a citation: journal|year|volume|first page|author|our key|. */
export function toCitationMatchParams(queries: readonly CitationQuery[]): Record<string, string> {
  if (queries.length === 0 || queries.length > MAX_IDS_PER_REQUEST) {
    throw new ValidationError(
      `\`citations\`: 1 to ${MAX_IDS_PER_REQUEST} in one request, not ${queries.length}.`,
    );
  }
  const lines = queries.map(({ journal, year, volume, firstPage, author }, index) =>
    [...[journal, year, volume, firstPage, author].map(toField), toKey(index), ''].join('|'),
  );
  return { db: 'pubmed', retmode: 'xml', bdata: lines.join('\r') };
}

export function parseCitationMatches(body: Uint8Array, count: number): (Pmid | null)[] {
  const text = new TextDecoder().decode(body);
  const error = /<ERROR>([^<]+)<\/ERROR>/.exec(text)?.[1];
  if (error !== undefined) throw toFault(error);
  const byKey = new Map(
    text.split(/[\r\n]+/).map((line) => {
      const fields = line.split('|');
      // The last field is a PMID, "NOT_FOUND;…" or "AMBIGUOUS …".
      return [fields.at(-2) ?? '', findPmid(fields.at(-1) ?? '')] as const;
    }),
  );
  return Array.from({ length: count }, (_, index) => byKey.get(toKey(index)) ?? null);
}

function toKey(index: number): string {
  return `citation_${index + 1}`;
}

/** The bar separates fields and the line break citations. */
function toField(value = ''): string {
  return value.replace(/[|\p{Cc}]+/gu, ' ').trim();
}
