import { z } from 'zod';
import { findNearestName } from '../../errors/nearest-name.ts';
import { readBy } from '../params/lenient-params.ts';
import { documentSchema } from './document-schema.ts';

/** Which record it is, and whether it stands: never left out. */
const ALWAYS = ['doc_id', 'pmid', 'retraction_status', 'retracted_since'] as const;
/** Parts of a field, by their short names: they come where they are named themselves, not with the field. */
const INNER = { affiliations: 'authors.affiliations', sections: 'abstract.sections' } as const;
/** What makes a record long and few readers need; `sections` say again what `text` says. */
const SPARED: ReadonlySet<string> = new Set(['references', ...Object.values(INNER)]);
const MOST_NEAREST = 5;
/** Other words for what a field holds. */
const MEANT: Readonly<Record<string, string>> = {
  doi: 'ids',
  pmcid: 'ids',
  pmc: 'ids',
  year: 'published',
  date: 'published',
  mesh_terms: 'mesh',
  citations: 'references',
  types: 'publication_types',
  summary: 'abstract',
  text: 'abstract',
  status: 'retraction_status',
  raw: 'archive',
};

const { abstract, other_abstracts, authors } = documentSchema.shape;

/** A document, or those of its fields that were asked for. */
export const selectedDocumentSchema = documentSchema
  .extend({
    abstract: abstract.unwrap().partial({ sections: true }).nullable(),
    other_abstracts: z.array(other_abstracts.element.partial({ sections: true })),
    authors: z.array(authors.element.partial({ affiliations: true })),
  })
  .partial()
  .required({ doc_id: true, pmid: true, retraction_status: true });

/** The names that `fields` takes; `more` are those of the tool's own. */
export function listFields(more: readonly string[] = []): string[] {
  return [...Object.keys(documentSchema.shape), ...more, ...Object.values(INNER)];
}

/** What a conversation gets that names none. */
export function spareFields(names: readonly string[]): string[] {
  return names.filter((name) => !SPARED.has(name));
}

/** `named` come, as the inner ones do, where they are named alone. */
export function toFieldsParam(names: readonly string[], named: readonly string[] = []) {
  const pieces = ['references', 'affiliations', 'sections', ...named].map((name) => `\`${name}\``);
  const list = z
    .array(z.string().max(200))
    .max(100)
    .refine((given) => given.every((one) => names.includes(one)), {
      error: ({ input }) => toUnknown(input, names),
    });
  return readBy(list, readFields)
    .optional()
    .describe(`Only these: \`abstract\`, \`mesh\`; ${pieces.join(', ')} come where named.`);
}

function readFields(value: unknown): unknown {
  const given = splitNames(value);
  return Array.isArray(given) ? given.map(readField) : given;
}

/** "title, abstract" is two; a list, and JSON text of one, stay as they are. */
export function splitNames(value: unknown): unknown {
  const isText = typeof value === 'string' && /^\s*[^[\s]/.test(value);
  return isText ? value.split(/[\s,;]+/).filter((one) => one !== '') : value;
}

function readField(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  const name = given.trim().toLowerCase();
  return Object.hasOwn(INNER, name) ? INNER[name as keyof typeof INNER] : name;
}

function toUnknown(input: unknown, names: readonly string[]): string {
  const given: unknown[] = Array.isArray(input) ? input : [];
  const unknown = given.filter((one) => typeof one === 'string').filter((one) => !names.includes(one));
  const near = unknown
    .slice(0, MOST_NEAREST)
    .map((one) => (Object.hasOwn(MEANT, one) ? MEANT[one] : null) ?? findNearestName(one, names));
  const told = [...new Set(near)].filter((one) => one !== null).map((one) => `\`${one}\``);
  const advice = told.length === 0 ? '' : ` (did you mean ${told.join(', ')}?)`;
  return `names what is no field${advice}; there are ${names.join(', ')}`;
}

type Always = 'doc_id' | 'pmid' | 'retraction_status';

/**
 * The document, or those of its fields that are named: `authors` without affiliations and abstracts without
 * sections, unless these are named too.
 */
export function selectFields<Document extends z.output<typeof documentSchema>>(
  document: Document,
  fields: readonly string[] | undefined,
): Document | (Partial<Document> & Pick<Document, Always>) {
  if (fields === undefined || fields.length === 0) return document;
  const wanted = new Set<string>([...ALWAYS, ...fields.map((name) => name.split('.')[0] ?? name)]);
  const short = {
    ...(fields.includes(INNER.affiliations) ? {} : { authors: document.authors.map(dropAffiliations) }),
    ...(fields.includes(INNER.sections)
      ? {}
      : {
          abstract: document.abstract && dropSections(document.abstract),
          other_abstracts: document.other_abstracts.map(dropSections),
        }),
  };
  const kept = Object.entries({ ...document, ...short }).filter(([name]) => wanted.has(name));
  return Object.fromEntries(kept) as Partial<Document> & Pick<Document, Always>; // ALWAYS are among them
}

function dropSections<Given extends { sections: unknown }>({ sections, ...rest }: Given) {
  return rest;
}

function dropAffiliations<Given extends { affiliations: unknown }>({ affiliations, ...rest }: Given) {
  return rest;
}
