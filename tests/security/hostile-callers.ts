import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { readStateLog } from '../../src/archive/state-log.ts';
import { CITATION_STYLES, toCitationText } from '../../src/citing/citation-style.ts';
import type { ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import type { Citation } from '../../src/domain/document/document.ts';
import { findTraceId } from '../../src/domain/traceparent.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { isTooDeep } from '../../src/mcp/nesting.ts';
import { isWholePage, parseFolderIndex } from '../../src/pubmed/bulk/folder-index.ts';
import { findMd5In } from '../../src/pubmed/bulk/md5-file.ts';
import { parseCitationMatches } from '../../src/pubmed/eutils/ecitmatch.ts';
import { parseFetchAnswer } from '../../src/pubmed/eutils/efetch.ts';
import { createRedactor } from '../../src/pubmed/eutils/redact.ts';
import { decodeSummaryText } from '../../src/pubmed/eutils/summary-text.ts';
import { UpstreamFault } from '../../src/pubmed/eutils/upstream-fault.ts';
import { parseXmlTexts } from '../../src/pubmed/eutils/xml-body.ts';
import { toPubmedQuery } from '../../src/pubmed/queries/query-builder.ts';
import { checkTerm } from '../../src/pubmed/queries/query-check.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { toConditions } from '../../src/search/phrases/conditions.ts';
import { toWeaviateError } from '../../src/search/weaviate/weaviate-errors.ts';
import { toAskedWords } from '../../src/search/words/asked-words.ts';
import { toFirstAskedWords } from '../../src/search/words/first-analyzer.ts';
import { toPassageWords } from '../../src/search/words/passage-words.ts';
import { parseQuestion } from '../../src/search/words/question.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import { parseCursor } from '../../src/tools/page-cursor.ts';
import { parseParams } from '../../src/tools/params/parse-params.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';
import type { HostileInput } from './cost-ratio.ts';

const tool = defineTool({
  name: 'test.hostile',
  kind: 'short',
  scope: 'read',
  title: 'A test',
  description: 'Takes what a test sends.',
  annotations: READS_CORPUS,
  input: z.object({ term: z.string().optional(), pmids: z.array(z.string()).max(200).optional() }),
  output: z.object({}),
  run: async () => ({}),
});
const redact = createRedactor({ apiKey: 'k'.repeat(36) });
const NEVER = { signal: new AbortController().signal };
const AUTHORED = articleXml({ pmid: 1 }).replace(
  '<Language>',
  '<AuthorList><Author><LastName>A</LastName></Author></AuthorList><Language>',
);
const FOLDER = new URL('https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/');

/** What is said of the name: the input is the unit again and again, and what is refused counts as read. */
function repeated(name: string, units: readonly string[], run: (text: string) => unknown): HostileInput[] {
  return units.map((unit) => ({
    name: `${name}: ${JSON.stringify(unit)}`,
    make: (bytes) => unit.repeat(bytes / unit.length),
    run(text: string) {
      try {
        return run(text);
      } catch (error) {
        if (error instanceof BioMcpError || error instanceof UpstreamFault) return error;
        throw error;
      }
    },
  }));
}

export const HOSTILE_CALLERS: readonly HostileInput[] = [
  ...repeated('a logged path', ['a', '@', 'a://', '://@', ':// '], (text) =>
    recordingLogger().logger.info({ path: `/${text}@`, detail: `${text}@` }, 'request'),
  ),
  ...repeated('an error in the log', ['a', 'a://b@c ', '\n'], (text) =>
    recordingLogger().logger.error({ err: new Error(text) }, 'failed'),
  ),
  {
    name: 'unknown parameters',
    make: (bytes) => Object.fromEntries(Array.from({ length: bytes / 10 }, (_, at) => [`p${at}`, at])),
    run: (params: object) => refused(() => parseParams(tool as never, params)),
  },
  {
    name: 'a list of wrong items',
    make: (bytes) => ({ pmids: Array.from({ length: bytes / 2 }, () => 1) }),
    run: (params: object) => refused(() => parseParams(tool as never, params)),
  },
  {
    name: 'a message with many values',
    make: (bytes) => JSON.parse(`[${'[[]],'.repeat(bytes / 5)}[]]`),
    run: (value: unknown) => isTooDeep(value),
  },
  ...repeated('a traceparent', ['0', '00-'], (text) => findTraceId(text)),
  ...repeated('a cursor', ['a'], (text) => parseCursor('test', text, z.unknown())),
  ...repeated('a query', ['(', '[', '[a', ') [', 'AND ', ' (a) NOT', '"', 'a[ti] '], (text) =>
    checkTerm(text),
  ),
  ...repeated('the value of a filter', ['A ', "A' A", 'a AND '], (text) =>
    toPubmedQuery({ term: 'a', authors: [text], journals: [text] }),
  ),
  ...repeated(
    'a question',
    ['a', 'A ', 'α ', 'α', 'a-', 'a1(', 'is', 'e\u0301', ' -a', '"', ' "a', ' NOT -', 'T- or ', 'A, '],
    (text) => [
      toAskedWords(text),
      toFirstAskedWords(text),
      parseQuestion(text),
      toConditions(parseQuestion(`"a a" ${text}`))?.holdsPhrases([
        toPassageWords('', { section: null, text }),
      ]),
    ],
  ),
  ...repeated('an index page', ['<a ', '<a href=', '<a href="', "<a href='a.xml'>", '</html '], (text) => [
    isWholePage(`<html>${text}`),
    parseFolderIndex(text, FOLDER),
  ]),
  ...repeated('an md5 file', ['a', 'a-'], (text) => findMd5In(text, 'a.md5')),
  ...repeated("NCBI's refusal", ['k', '1.', 'a:', '"api-key" ', 'api_key=', '\u0001'], (text) =>
    redact(text),
  ),
  ...repeated('a summary', ['&#', '&amp;', '<i', '&#1'], (text) => decodeSummaryText(text)),
  ...repeated('an answer in XML', ['<a>', '<a b="', '&lt;'], (text) =>
    parseXmlTexts(Buffer.from(`<r>${text}`)),
  ),
  ...repeated('an answer of EFetch', ['<ERROR>', '<PubmedArticle'], (text) =>
    parseFetchAnswer(Buffer.from(text)),
  ),
  ...repeated('an answer of ECitMatch', ['|', '\n', '<ERROR>'], (text) =>
    parseCitationMatches(Buffer.from(text), 1),
  ),
  {
    name: 'a line of state',
    size: 1_000_000,
    make: (bytes) => gzipSync(JSON.stringify('a'.repeat(bytes)).concat('\n')),
    async run(body: Buffer) {
      const log = readStateLog(
        { archive: { find: async () => body }, uri: 'file:///a' as ArchiveUri },
        NEVER,
      );
      for await (const _entry of log);
    },
  },
  ...repeated("Weaviate's error", ['class ', 'vector ', 'disk ', 'read'], (text) =>
    toWeaviateError(new Error(text), 'search'),
  ),
  ...['a', 'A ', '1-', '1', '(', ') (', '.', '[', '𝒜', ' - '].map(
    (unit): HostileInput => ({
      name: `a citation: ${JSON.stringify(unit)}`,
      size: 20_000,
      make: (bytes) => toHostileCitation(unit.repeat(bytes / unit.length)),
      run: (citation: Citation) => CITATION_STYLES.map((style) => toCitationText(citation, style)),
    }),
  ),
];

function refused(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof BioMcpError) return error.hint;
    throw error;
  }
}

/** The text stands wherever a citation takes one from. */
function toHostileCitation(text: string): Citation {
  const citation = parseRecord(Buffer.from(articleXml({ pmid: 1 })));
  const [author] = parseRecord(Buffer.from(AUTHORED)).authors;
  if (author === undefined || citation.journal === null)
    throw new TypeError('the record has no author or journal');
  return {
    ...citation,
    title: text,
    authors: [{ ...author, last_name: text, fore_name: text }],
    journal: { ...citation.journal, title: text, iso_abbreviation: text, volume: text, pages: text },
    published: { ...citation.published, verbatim: `2020 ${text}`, month: null, day: null },
    ids: { doi: text, pmc: text },
    corrections: [{ type: 'RetractionIn', pmid: null, citation: text }],
    retraction_status: 'retracted',
  };
}
