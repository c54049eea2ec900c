import type { RecordBatch, Table } from 'apache-arrow';
import type { SectionStart } from '../../domain/document/chunk.ts';
import type { ShownFacts, ShownPassage } from '../search-index.ts';
import { PLACE_COLUMNS, reader } from './lancedb-hits.ts';
import { TERMS_BEGIN } from './lancedb-rows.ts';

/** Each column costs about as much as it costs to read it of a hundred rows. */
export const FACT_COLUMNS = [...PLACE_COLUMNS, 'journal', 'publication_types'] as const;

export const PASSAGE_COLUMNS = [...FACT_COLUMNS, 'title', 'content', 'section', 'sections'] as const;

/** By place, as `toShownPassages`. */
export function toShownFacts(rows: Table): Map<string, ShownFacts> {
  return byPlace(rows, readFacts);
}

export function toShownPassages(rows: Table): Map<string, ShownPassage> {
  return byPlace(rows, (batch) => {
    const toFacts = readFacts(batch);
    const title = reader<string>(batch, 'title');
    const content = reader<string>(batch, 'content');
    const section = reader<string | null>(batch, 'section');
    const sections = reader<string | null>(batch, 'sections');
    return (row) => ({
      ...toFacts(row),
      text: toPassageText(content(row), title(row)),
      section: section(row),
      sections: toSections(sections(row), section(row)),
    });
  });
}

function byPlace<T>(rows: Table, read: (batch: RecordBatch) => (row: number) => T): Map<string, T> {
  const placed = rows.batches.flatMap((batch) => {
    const pmid = reader<number>(batch, 'pmid');
    const revision = reader<number>(batch, 'revision');
    const position = reader<number>(batch, 'position');
    const toShown = read(batch);
    return Array.from({ length: batch.numRows }, (_, row): [string, T] => [
      `${pmid(row)}/${revision(row)}/${position(row)}`,
      toShown(row),
    ]);
  });
  return new Map(placed);
}

function readFacts(batch: RecordBatch): (row: number) => ShownFacts {
  const journal = reader<string | null>(batch, 'journal');
  const publicationTypes = reader<Iterable<string>>(batch, 'publication_types');
  return (row) => ({ journal: journal(row), publicationTypes: [...publicationTypes(row)] });
}

function toSections(json: string | null, section: string | null): SectionStart[] {
  // Written by `toRows`, which serialises this very type.
  return json === null ? [{ label: section, start: 0 }] : (JSON.parse(json) as SectionStart[]);
}

/** The passage alone: the reverse of `toSearchText`, without the terms behind it. */
function toPassageText(content: string, title: string): string {
  const [shown = ''] = content.split(TERMS_BEGIN, 1);
  return title !== '' && shown.startsWith(`${title}\n`) ? shown.slice(title.length + 1) : shown;
}
