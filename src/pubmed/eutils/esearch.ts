import { z } from 'zod';
import { cutText } from '../../domain/cut-text.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { SearchAnswer, SearchRequest, SearchWarning } from '../literature-source.ts';
import { MAX_SEARCH_HITS } from '../source-limits.ts';
import { parseJsonBody, throwReported } from './json-body.ts';
import { toPmids } from './pmids.ts';
import { malformed } from './upstream-fault.ts';

/** Of one kind; each is handed on to whoever wrote the query. */
const MOST_WARNINGS = 50;
const MOST_WARNING_CHARACTERS = 500;

const list = z.array(z.string()).default([]);
const esearchBody = z.looseObject({
  esearchresult: z.looseObject({
    ERROR: z.union([z.string(), z.array(z.string())]).optional(),
    count: z.coerce.number().int().optional(),
    idlist: list,
    querytranslation: z.string().default(''),
    errorlist: z.looseObject({ phrasesnotfound: list, fieldsnotfound: list }).optional(),
    warninglist: z
      .looseObject({ phrasesignored: list, quotedphrasesnotfound: list, outputmessages: list })
      .optional(),
  }),
});

export function toSearchParams({ term, limit, offset = 0, sort }: SearchRequest): Record<string, string> {
  if (term.trim() === '') throw new ValidationError('`term` must not be empty.');
  if (offset > MAX_SEARCH_HITS - 1) {
    throw new ValidationError(
      `\`offset\`: PubMed gives the first ${MAX_SEARCH_HITS} hits only, so at most ${MAX_SEARCH_HITS - 1}; ` +
        'narrow the search, or use pubmed.sync, which has no such limit.',
    );
  }
  const params: Record<string, string> = {
    db: 'pubmed',
    retmode: 'json',
    term,
    retstart: String(offset),
    // NCBI would clamp it and say so in a warning.
    retmax: String(Math.min(limit, MAX_SEARCH_HITS - offset)),
  };
  if (sort !== undefined) params.sort = sort === 'date' ? 'pub_date' : 'relevance';
  return params;
}

export function parseSearchAnswer(body: Uint8Array): Omit<SearchAnswer, 'answeredAt'> {
  const { esearchresult } = parseJsonBody(body, esearchBody);
  throwReported(esearchresult.ERROR);
  const { count, idlist, querytranslation, errorlist, warninglist } = esearchresult;
  if (count === undefined) throw malformed('the search answer holds no count');
  const say = (kind: SearchWarning['kind'], texts: string[] = []) =>
    texts.slice(0, MOST_WARNINGS).map((text) => ({ kind, text: cutText(text, MOST_WARNING_CHARACTERS) }));
  return {
    total: count,
    pmids: toPmids(idlist),
    queryTranslation: querytranslation,
    warnings: [
      ...say('phrase_not_found', errorlist?.phrasesnotfound),
      ...say('field_not_found', errorlist?.fieldsnotfound),
      ...say('phrase_ignored', warninglist?.phrasesignored),
      ...say('quoted_phrase_not_found', warninglist?.quotedphrasesnotfound),
      ...say('message', warninglist?.outputmessages),
    ],
  };
}
