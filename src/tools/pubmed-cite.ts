import { z } from 'zod';
import { CITATION_STYLES, type CitationStyle, toCitationText } from '../citing/citation-style.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Citation, NormalisedDocument } from '../domain/document/document.ts';
import type { RecordKeeping } from '../domain/document/record-keeping.ts';
import type { Pmid } from '../domain/ids.ts';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import type { PmidProblem } from '../ingest/fetch/explain-missing.ts';
import { fetchCitations } from '../ingest/fetch/fetch-citations.ts';
import { findHeld } from '../ingest/fetch/find-held.ts';
import { readKeeping } from '../ingest/fetch/read-keeping.ts';
import { SHORT_TOOL_DEADLINE_MS } from '../pubmed/source-limits.ts';
import { defineTool } from './define-tool.ts';
import { pmidsParam, problemSchema, toProblemAnswer } from './params/pmid-params.ts';
import { checkpointId, isRetractedSince, retractedSince } from './schemas/checkpoint-schema.ts';
import { renderCitationNotes, renderCitations, tellCitations } from './shown/render-pubmed.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_PUBMED } from './tool-facts.ts';

const style = z.enum(CITATION_STYLES);

const output = z.object({
  style,
  citations: z
    .array(z.object({ pmid: z.string(), text: z.string(), retracted_since: retractedSince.optional() }))
    .describe('In the order asked for.'),
  problems: z.array(problemSchema),
});
export type CitationsAnswer = z.output<typeof output>;

export const pubmedCite = defineTool({
  name: 'pubmed.cite',
  kind: 'short',
  scope: 'read',
  title: 'Cite records by PMID',
  description:
    'Citations ready to paste, one a PMID, from the corpus where it has the record, else from PubMed (the corpus stays as it is). Every style tells of retractions and preprints.',
  annotations: READS_PUBMED,
  aliases: { pmid: 'pmids' },
  input: z.object({
    pmids: pmidsParam,
    style: style.default('vancouver').describe('csl-json gives one item of JSON a PMID.'),
    checkpoint_id: checkpointId.optional().describe('Cites the revisions that this checkpoint froze.'),
  }),
  output,
  command: {
    about: 'cite records by PMID, ready to paste',
    flags: { style: '-s, --style', checkpoint_id: '--checkpoint' },
  },
  rest: { list: 'citations', toParams: (written, pmids) => ({ ...written, pmids }) },
  tell: (answer) => tellCitations(answer),
  show: renderCitations,
  // The citations go into a file; what is missing from them must not.
  showAside: renderCitationNotes,
  async run(
    { pmids, style, checkpoint_id },
    { services, signal }: ToolContext<Pick<CorpusServices, 'store' | 'archive' | 'clock' | 'literature'>>,
  ) {
    if (checkpoint_id !== undefined) {
      const { sequence } = await getCheckpoint(services.store, checkpoint_id, { signal });
      const { documents, problems } = await findFrozen(services.store, { pmids, sequence }, { signal });
      const keeping = await readKeepingFor(style, services.archive, documents, { signal });
      const answer = toAnswer({ pmids, style }, { citations: documents, problems, keeping });
      const now = await services.store.findLiveStatuses([...documents.keys()], { signal });
      const isSince = ({ pmid }: { pmid: Pmid }) =>
        isRetractedSince(documents.get(pmid)?.retraction_status ?? 'none', now.get(pmid));
      const citations = answer.citations.map((one) => ({ ...one, retracted_since: isSince(one) }));
      return { ...answer, citations };
    }
    const deadlineAt = services.clock.now().getTime() + SHORT_TOOL_DEADLINE_MS;
    const { documents, departed } = await findHeld(services.store, pmids, { signal });
    const wanted = pmids.filter((pmid) => !documents.has(pmid) && !departed.has(pmid));
    const fetched =
      wanted.length === 0 ? null : await fetchCitations(services, wanted, { signal, deadlineAt });
    const problems = new Map(departed);
    for (const problem of fetched?.problems ?? []) problems.set(problem.pmid, problem);
    const citations = new Map<Pmid, Citation>([...documents, ...(fetched?.citations ?? [])]);
    const own = await readKeepingFor(style, services.archive, documents, { signal });
    const keeping = new Map([...own, ...(fetched?.keeping ?? [])]);
    return toAnswer({ pmids, style }, { citations, problems, keeping });
  },
});

interface Cited {
  citations: ReadonlyMap<Pmid, Citation>;
  keeping: ReadonlyMap<Pmid, RecordKeeping>;
  problems: ReadonlyMap<Pmid, PmidProblem | FrozenProblem>;
}
interface FrozenProblem {
  pmid: Pmid;
  reason: 'not_in_checkpoint';
  mergedInto: null;
}

/** As the checkpoint holds them; PubMed is not asked for what it lacks. */
async function findFrozen(
  store: Pick<CorpusServices['store'], 'findDocumentAt'>,
  { pmids, sequence }: { pmids: readonly Pmid[]; sequence: number },
  options: CallOptions,
): Promise<{ documents: Map<Pmid, NormalisedDocument>; problems: Map<Pmid, FrozenProblem> }> {
  const documents = new Map<Pmid, NormalisedDocument>();
  const problems = new Map<Pmid, FrozenProblem>();
  for (const pmid of pmids) {
    const document = await store.findDocumentAt(pmid, sequence, options);
    if (document === null) problems.set(pmid, { pmid, reason: 'not_in_checkpoint', mergedInto: null });
    else documents.set(pmid, document);
  }
  return { documents, problems };
}

/** Only MEDLINE's own form has a place for it. */
async function readKeepingFor(
  style: CitationStyle,
  archive: CorpusServices['archive'],
  documents: ReadonlyMap<Pmid, NormalisedDocument>,
  options: CallOptions,
): Promise<ReadonlyMap<Pmid, RecordKeeping>> {
  return style === 'nbib' ? await readKeeping(archive, [...documents.values()], options) : new Map();
}

function toAnswer(
  { pmids, style }: { pmids: readonly Pmid[]; style: z.output<typeof output>['style'] },
  { citations, problems, keeping }: Cited,
) {
  return {
    style,
    citations: pmids.flatMap((pmid) => {
      const citation = citations.get(pmid);
      return citation === undefined
        ? []
        : [{ pmid, text: toCitationText(citation, style, keeping.get(pmid) ?? null) }];
    }),
    problems: pmids.flatMap((pmid) => {
      const problem = problems.get(pmid);
      return problem === undefined ? [] : [toProblemAnswer(problem)];
    }),
  };
}
