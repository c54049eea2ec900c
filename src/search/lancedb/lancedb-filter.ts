import type { Pmid } from '../../domain/ids.ts';
import type { ChunkFilters, EndedChunks, Membership } from '../search-index.ts';
import { LIVE } from './lancedb-rows.ts';

/** Conditions on `filters`, `null` when they ask for nothing. An empty list asks for nothing. */
export function toFilterSql(filters: ChunkFilters): string | null {
  const conditions = [
    filters.publishedFrom === undefined ? null : `published_to >= ${toSqlInt(filters.publishedFrom)}`,
    filters.publishedTo === undefined ? null : `published_from <= ${toSqlInt(filters.publishedTo)}`,
    toAnyOf('journal_keys', filters.journals),
    toAnyOf('mesh_keys', filters.mesh),
    toAnyOf('publication_type_keys', filters.publicationTypes),
    toAnyOf('languages', filters.languages),
    toAnyOf('author_keys', filters.authors),
    toAmong(filters.pmids),
    toNamed(filters.named),
    filters.excludeRetracted ? `retraction_status <> 'retracted'` : null,
  ];
  return toConjunction(conditions);
}

/** Which revisions: the live ones, or those that entered up to a sequence number and had not left by then. */
export function toMembershipSql(membership: Membership): string {
  if (membership.kind === 'live') return `left_seq = ${LIVE}`;
  const sequence = toSqlInt(membership.sequence);
  return `(entered_seq <= ${sequence} AND left_seq > ${sequence})`;
}

/** Ended rows that no checkpoint sees: entered by its sequence number and not left by then. */
export function toRemovableSql({ upTo, checkpoints }: EndedChunks): string {
  const seen = checkpoints.map((sequence) => toMembershipSql({ kind: 'checkpoint', sequence }));
  const ended = `left_seq <= ${toSqlInt(upTo)}`;
  return seen.length === 0 ? ended : `${ended} AND NOT (${seen.join(' OR ')})`;
}

/** The rows of these documents, of every revision. */
export function toDocumentsSql(pmids: readonly string[]): string {
  return `pmid IN (${[...new Set(pmids)].map((pmid) => toSqlInt(Number(pmid))).join(', ')})`;
}

export function toConjunction(conditions: readonly (string | null)[]): string | null {
  const given = conditions.filter((condition) => condition !== null);
  return given.length === 0 ? null : given.join(' AND ');
}

/** A whole number inside the column's range; what lies beyond it compares as the range's end does. */
export function toSqlInt(value: number): string {
  return String(Math.max(-LIVE, Math.min(LIVE, Math.trunc(value))));
}

function toAmong(pmids: readonly Pmid[] | undefined): string | null {
  return pmids === undefined || pmids.length === 0 ? null : `pmid IN (${pmids.map(Number).join(', ')})`;
}

function toNamed(named: ChunkFilters['named']): string | null {
  const either = [toAmong(named?.pmids), toAnyOf('id_keys', named?.keys)].filter((one) => one !== null);
  return either.length === 0 ? null : `(${either.join(' OR ')})`;
}

function toAnyOf(column: string, names: readonly string[] | undefined): string | null {
  if (names === undefined || names.length === 0) return null;
  const [first, ...more] = names.map(toSqlText);
  if (more.length === 0) return `array_has(${column}, ${first})`;
  return `array_has_any(${column}, make_array(${[first, ...more].join(', ')}))`;
}

/**
 * In DataFusion's SQL a quote is doubled and nothing else is special; NUL stands in no name, so
 * it is dropped.
 */
function toSqlText(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", "''")}'`;
}
