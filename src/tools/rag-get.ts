import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { type Pmid, toPmid } from '../domain/ids.ts';
import { NotFoundError } from '../errors/bio-mcp-error.ts';
import { getCheckpoint } from '../ingest/checkpoints.ts';
import { readPayload } from '../ingest/fetch/read-payload.ts';
import { toQuality, toQualityFacts } from '../search/quality/quality.ts';
import type { Deletion } from '../store/port/commit-batch.ts';
import { defineTool } from './define-tool.ts';
import { citingSchema, listCiting } from './list-citing.ts';
import { listRevisions, revisionsSchema } from './list-revisions.ts';
import { docIdParam } from './params/pmid-params.ts';
import { checkpointId, isRetractedSince, retractedSince } from './schemas/checkpoint-schema.ts';
import {
  listFields,
  selectedDocumentSchema,
  selectFields,
  spareFields,
  toFieldsParam,
} from './schemas/document-fields.ts';
import { documentSchema } from './schemas/document-schema.ts';
import { qualitySchema } from './schemas/quality-schema.ts';
import { renderDocument } from './shown/render-corpus.ts';
import { tellDocument } from './shown/tell-document.ts';
import { toPlainJson } from './shown/text-layout.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';
import { READS_CORPUS } from './tool-facts.ts';

const MOST_CHECKPOINTS = 100;

const output = selectedDocumentSchema.extend({
  quality: qualitySchema.optional(),
  checkpoints: z
    .array(z.string())
    .describe(`Those that hold it in any revision, newest first, at most ${MOST_CHECKPOINTS}.`)
    .optional(),
  retracted_since: retractedSince.optional(),
  cited_by: citingSchema.optional(),
  revisions: revisionsSchema.optional(),
  raw: z.object({ payload: z.string(), encoding: z.enum(['utf8', 'base64']) }).optional(),
});
/** Where no fields were named. */
const wholeOutput = documentSchema.extend({
  quality: qualitySchema,
  checkpoints: z.array(z.string()),
  retracted_since: retractedSince.optional(),
});
export type DocumentAnswer = z.output<typeof wholeOutput>;
/** Each costs a look of its own. */
const NAMED = ['cited_by', 'revisions', 'raw'];
const FIELDS = listFields(['quality', 'checkpoints', ...NAMED]);

export const ragGet = defineTool({
  name: 'rag.get',
  kind: 'short',
  scope: 'read',
  title: 'Read a stored document',
  description:
    'One document of the corpus in full: abstract by sections, authors, MeSH, retraction status, quality, where its raw record lies. Find ids with rag.search.',
  annotations: READS_CORPUS,
  listing: 'top-level',
  spared: { fields: spareFields(FIELDS).filter((name) => !NAMED.includes(name)) },
  aliases: { pmid: 'doc_id' },
  input: z.object({
    doc_id: docIdParam.describe('"pmid:" and the PMID: "pmid:23193287".'),
    fields: toFieldsParam(FIELDS, NAMED),
    checkpoint_id: checkpointId.optional().describe('Answers the revision that this checkpoint froze.'),
  }),
  output,
  command: { words: 'get', about: 'read one stored document', flags: { checkpoint_id: '--checkpoint' } },
  tell: (answer) => tellDocument(answer),
  show(answer, { width }) {
    const { data: whole } = wholeOutput.safeParse(answer);
    return whole === undefined ? toPlainJson(answer, 2) : renderDocument(whole, width);
  },
  async run(
    { doc_id, fields, checkpoint_id },
    { services, signal }: ToolContext<Pick<CorpusServices, 'store' | 'archive' | 'clock'>>,
  ) {
    const { store, archive, clock } = services;
    const pmid = toPmid(doc_id);
    const sequence =
      checkpoint_id === undefined ? null : (await getCheckpoint(store, checkpoint_id, { signal })).sequence;
    const [document, checkpoints] = await Promise.all([
      checkpoint_id === undefined || sequence === null
        ? getDocument(store, pmid, { signal })
        : getFrozenDocument(store, pmid, { checkpoint_id, sequence }, { signal }),
      store.listCheckpointsHolding(pmid, MOST_CHECKPOINTS, { signal }),
    ]);
    const quality = toQuality(toQualityFacts(document), document.published.year, clock.now());
    const named = {
      ...(fields?.includes('cited_by')
        ? { cited_by: await listCiting(store, { pmid, sequence }, { signal }) }
        : {}),
      ...(fields?.includes('revisions')
        ? { revisions: await listRevisions(store, document, { signal }) }
        : {}),
      ...(fields?.includes('raw') ? { raw: toRaw(await readPayload(archive, document, { signal })) } : {}),
    };
    const answer = { ...document, quality, checkpoints, ...named };
    if (checkpoint_id === undefined) return selectFields(answer, fields);
    const now = await store.findLiveStatuses([pmid], { signal });
    const retracted_since = isRetractedSince(document.retraction_status, now.get(pmid));
    return selectFields({ ...answer, retracted_since }, fields);
  },
});

/** NLM writes UTF-8; whatever came otherwise is told byte for byte, too. */
function toRaw(bytes: Uint8Array): { payload: string; encoding: 'utf8' | 'base64' } {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { payload: Buffer.from(bytes).toString(encoding), encoding };
}

async function getDocument(store: CorpusServices['store'], pmid: Pmid, options: CallOptions) {
  const document = await store.findDocument(pmid, options);
  if (document !== null) return document;
  const tombstone = await store.findTombstone(pmid, options);
  throw new NotFoundError(
    tombstone === null
      ? `The corpus does not hold pmid:${pmid}; pubmed.get {"pmids": ["${pmid}"]} brings it in.`
      : `${tellDeparture(tombstone)}; the corpus keeps its archive and answers it no more.`,
  );
}

function tellDeparture({ pmid, mergedInto }: Deletion): string {
  return mergedInto === null
    ? `pmid:${pmid} was withdrawn by NLM`
    : `pmid:${pmid} became part of pmid:${mergedInto}, which stands for it`;
}

/** What NLM withdrew after the checkpoint is still read inside it. */
async function getFrozenDocument(
  store: CorpusServices['store'],
  pmid: Pmid,
  { checkpoint_id: id, sequence }: { checkpoint_id: string; sequence: number },
  options: CallOptions,
) {
  const document = await store.findDocumentAt(pmid, sequence, options);
  if (document !== null) return document;
  const isLive = (await store.findLiveStatuses([pmid], options)).has(pmid);
  const tombstone = isLive ? null : await store.findTombstone(pmid, options);
  const advice = isLive
    ? `rag.get {"doc_id": "pmid:${pmid}"} reads it as it is now`
    : tombstone === null
      ? `pubmed.get {"pmids": ["${pmid}"]} brings it in, for later checkpoints`
      : tellDeparture(tombstone);
  throw new NotFoundError(`The checkpoint ${id} does not hold pmid:${pmid}; ${advice}.`);
}
