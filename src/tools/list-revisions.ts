import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { toCanonicalJson } from '../domain/canonical-json.ts';
import type { NormalisedDocument } from '../domain/document/document.ts';
import type { CorpusServices } from './tool-context.ts';

const MOST_REVISIONS = 20;

export const revisionsSchema = z
  .array(
    z.object({
      revision: z.int(),
      fetched_at: z.string(),
      content_hash: z.string(),
      s3_uri: z.string(),
      changed: z
        .array(z.string())
        .nullable()
        .describe('The fields in which it differs from the one before; null: the first that is told.'),
    }),
  )
  .describe('Newest first.');
type Revisions = z.output<typeof revisionsSchema>;

/** Up to the document's own revision, each with what it changed. */
export async function listRevisions(
  store: Pick<CorpusServices['store'], 'findRevisions'>,
  document: Pick<NormalisedDocument, 'pmid' | 'revision'>,
  options: CallOptions,
): Promise<Revisions> {
  const { pmid, revision: last } = document;
  const first = Math.max(1, last - MOST_REVISIONS);
  const numbers = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const found = await Promise.all(
    numbers.map(async (revision) => (await store.findRevisions([{ pmid, revision }], options)).get(pmid)),
  );
  const known = found.filter((one) => one !== undefined);
  const told = known.map((one, at) => ({
    revision: one.revision,
    ...one.archive,
    changed: at === 0 ? null : listChanged(known[at - 1], one),
  }));
  return told.reverse().slice(0, MOST_REVISIONS);
}

function listChanged(before: NormalisedDocument | undefined, after: NormalisedDocument): string[] {
  const [one, other] = [toFields(before), toFields(after)];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => one[name] !== other[name]).sort();
}

/** Of what upstream says alone. */
function toFields(document: NormalisedDocument | undefined): Record<string, string> {
  if (document === undefined) return {};
  const { revision: _, archive: __, ...citation } = document;
  return Object.fromEntries(Object.entries(citation).map(([name, value]) => [name, toCanonicalJson(value)]));
}
