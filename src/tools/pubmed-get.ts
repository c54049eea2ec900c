import { z } from 'zod';
import type { Pmid } from '../domain/ids.ts';
import type { PmidProblem } from '../ingest/fetch/explain-missing.ts';
import { findHeld, type Held } from '../ingest/fetch/find-held.ts';
import { SHORT_TOOL_DEADLINE_MS } from '../pubmed/source-limits.ts';
import { defineTool } from './define-tool.ts';
import { pmidsParam, problemSchema, toProblemAnswer } from './params/pmid-params.ts';
import {
  listFields,
  selectedDocumentSchema,
  selectFields,
  spareFields,
  toFieldsParam,
} from './schemas/document-fields.ts';
import { documentSchema } from './schemas/document-schema.ts';
import { renderRecords, tellRecords } from './shown/render-pubmed.ts';
import { toPlainJson } from './shown/text-layout.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { GROWS_CORPUS } from './tool-facts.ts';

type Services = Pick<CorpusServices, 'store' | 'clock' | 'fetchIntoCorpus'>;

const output = z.object({
  records: z.array(selectedDocumentSchema).describe('In the order asked for.'),
  problems: z.array(problemSchema).describe('Every PMID without a record.'),
});
export type SelectedRecords = z.output<typeof output>;
/** Where no fields were named. */
const wholeOutput = output.extend({ records: z.array(documentSchema) });
export type RecordsAnswer = z.output<typeof wholeOutput>;
const FIELDS = listFields();

export const pubmedGet = defineTool({
  name: 'pubmed.get',
  kind: 'short',
  scope: 'sync',
  title: 'Get records by PMID',
  description:
    'Full records by PMID, from the corpus where it has them, else from PubMed; those join the corpus. A record is long: choose with rag.search or pubmed.search first, ask for few, and name `fields`. Says of each PMID without a record whether it was not found, deleted, or merged into another.',
  // A document that PubMed withdrew leaves the corpus, when asking for it again brings that out.
  annotations: { ...GROWS_CORPUS, destructiveHint: true },
  listing: 'top-level',
  spared: { fields: spareFields(FIELDS) },
  aliases: { pmid: 'pmids' },
  input: z.object({
    pmids: pmidsParam,
    refresh: z.boolean().default(false).describe('Ask PubMed also for what the corpus has.'),
    fields: toFieldsParam(FIELDS),
  }),
  output,
  command: { about: 'read records by PMID; those that the corpus lacks join it' },
  rest: { list: 'records', toParams: ({ refresh, ...written }, pmids) => ({ ...written, pmids }) },
  tell: (answer) => tellRecords(answer),
  show(answer, { width }) {
    const { data: whole } = wholeOutput.safeParse(answer);
    return whole === undefined ? toPlainJson(answer, 2) : renderRecords(whole, width);
  },
  changes: ({ records }) => ['corpus', ...records.map(({ pmid }) => ({ pmid }))],
  async run({ pmids, fields, refresh }, { services, signal }: ToolContext<Services>) {
    const deadlineAt = services.clock.now().getTime() + SHORT_TOOL_DEADLINE_MS;
    const nothing: Held = { documents: new Map(), departed: new Map() };
    const held = refresh ? nothing : await findHeld(services.store, pmids, { signal });
    const wanted = pmids.filter((pmid) => !held.documents.has(pmid) && !held.departed.has(pmid));
    if (wanted.length === 0) return toAnswer({ pmids, fields }, held);
    const problems = await services.fetchIntoCorpus(wanted, { signal, deadlineAt });
    const fetched = await findHeld(services.store, wanted, { signal });
    const all = {
      documents: new Map([...held.documents, ...fetched.documents]),
      departed: new Map([...held.departed, ...problems.map((one) => [one.pmid, one] as const)]),
    };
    return toAnswer({ pmids, fields }, all);
  },
});

function toAnswer(
  { pmids, fields }: { pmids: readonly Pmid[]; fields: readonly string[] | undefined },
  { documents, departed }: Held,
) {
  const records = pmids.flatMap((pmid) => {
    const document = documents.get(pmid);
    return document === undefined || departed.has(pmid) ? [] : [selectFields(document, fields)];
  });
  const unreadable = (pmid: Pmid): PmidProblem => ({ pmid, reason: 'unreadable', mergedInto: null });
  const problems = pmids
    .filter((pmid) => departed.has(pmid) || !documents.has(pmid))
    .map((pmid) => toProblemAnswer(departed.get(pmid) ?? unreadable(pmid)));
  return { records, problems };
}
