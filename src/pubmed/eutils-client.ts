import { ValidationError } from '../errors/bio-mcp-error.ts';
import { parseCitationMatches, toCitationMatchParams } from './eutils/ecitmatch.ts';
import { parseFetchAnswer } from './eutils/efetch.ts';
import { parseRelatedAnswer, toRelatedParams } from './eutils/elink.ts';
import { parseSearchAnswer, toSearchParams } from './eutils/esearch.ts';
import { parseSummaryAnswer } from './eutils/esummary.ts';
import { toIdParam } from './eutils/pmids.ts';
import { createEutilsTransport, type TransportNeeds } from './eutils/transport.ts';
import { malformed } from './eutils/upstream-fault.ts';
import { parseXmlTexts } from './eutils/xml-body.ts';
import type { LiteratureSource } from './literature-source.ts';

/** Beyond these an attempt counts as hung: usual answers take one second, 200 records up to ten. */
const ATTEMPT_TIMEOUT_MS = 10_000;
const FETCH_ATTEMPT_TIMEOUT_MS = 60_000;

/**
 * PubMed through NCBI's E-utilities. Passing failures are tried again within the caller's deadline;
 * what remains is a `PubmedError`, a `PubmedRefusedError`, or a `ValidationError` for a request that
 * NCBI would refuse.
 */
export function createEutilsClient(needs: TransportNeeds): LiteratureSource {
  const transport = createEutilsTransport(needs);
  const attemptTimeoutMs = ATTEMPT_TIMEOUT_MS;
  return {
    readBudget: (options) => needs.budget.describe(options),

    async search(request, options) {
      const params = toSearchParams(request);
      const call = { endpoint: 'esearch' as const, params, attemptTimeoutMs, read: parseSearchAnswer };
      const { value, answeredAt } = await transport.send(call, options);
      return { ...value, answeredAt };
    },

    async summarise(pmids, options) {
      const params = { db: 'pubmed', retmode: 'json', id: toIdParam(pmids) };
      const read = (body: Uint8Array) => parseSummaryAnswer(body, pmids);
      return (await transport.send({ endpoint: 'esummary', params, attemptTimeoutMs, read }, options)).value;
    },

    async fetchRecords(pmids, options) {
      const params = { db: 'pubmed', retmode: 'xml', id: toIdParam(pmids) };
      const call = { endpoint: 'efetch' as const, params, read: parseFetchAnswer };
      const answer = await transport.send({ ...call, attemptTimeoutMs: FETCH_ATTEMPT_TIMEOUT_MS }, options);
      const { value: body, endpoint, params: sent, http, fetchedAt } = answer;
      return { body, endpoint, params: sent, http, fetchedAt };
    },

    async findRelated(pmid, relation, options) {
      const params = toRelatedParams(pmid, relation);
      const read = (body: Uint8Array) => parseRelatedAnswer(body, pmid, relation);
      return (await transport.send({ endpoint: 'elink', params, attemptTimeoutMs, read }, options)).value;
    },

    async postIds(pmids, options) {
      const params = { db: 'pubmed', id: toIdParam(pmids) };
      return (await transport.send({ endpoint: 'epost', params, attemptTimeoutMs, read: parsePost }, options))
        .value;
    },

    async findSpelling(words, options) {
      if (words.trim() === '') throw new ValidationError('`words` must not be empty.');
      const params = { db: 'pubmed', term: words };
      const call = { endpoint: 'espell' as const, params, attemptTimeoutMs, read: parseXmlTexts };
      const corrected = (await transport.send(call, options)).value.get('CorrectedQuery')?.[0]?.trim() ?? '';
      return corrected === '' || corrected === words.trim() ? null : corrected;
    },

    async matchCitations(queries, options) {
      const params = toCitationMatchParams(queries);
      const read = (body: Uint8Array) => parseCitationMatches(body, queries.length);
      return (await transport.send({ endpoint: 'ecitmatch', params, attemptTimeoutMs, read }, options)).value;
    },
  };
}

function parsePost(body: Uint8Array): { webEnvironment: string; queryKey: string } {
  const texts = parseXmlTexts(body);
  const webEnvironment = texts.get('WebEnv')?.[0];
  const queryKey = texts.get('QueryKey')?.[0];
  if (webEnvironment === undefined || queryKey === undefined) throw malformed('EPost named no history entry');
  return { webEnvironment, queryKey };
}
