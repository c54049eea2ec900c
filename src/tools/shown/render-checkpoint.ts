import type { z } from 'zod';
import type { DiffAnswer } from '../corpus-checkpoint-diff.ts';
import type { CheckpointsAnswer } from '../corpus-checkpoint-list.ts';
import type { DiffEntry } from '../diff-entries.ts';
import type { checkpointSchema } from '../schemas/checkpoint-schema.ts';
import { toColumns, toParagraph, toPlainText } from './text-layout.ts';

type CheckpointAnswer = z.output<typeof checkpointSchema>;

export function renderCheckpoint(checkpoint: CheckpointAnswer): string {
  const { checkpoint_id, name, description, primary_queries, parent_checkpoint_id } = checkpoint;
  const rows: [string, string][] = [
    ['checkpoint', checkpoint_id],
    ['name', name],
    ['created', checkpoint.created_at],
    ['documents', count(checkpoint.document_count)],
  ];
  if (description !== null) rows.push(['description', description]);
  for (const query of primary_queries) rows.push(['answers', query]);
  if (parent_checkpoint_id !== null) rows.push(['parent', parent_checkpoint_id]);
  return toColumns(rows).map(toPlainText).join('\n');
}

export function renderCheckpoints({ checkpoints, next_cursor }: CheckpointsAnswer): string {
  if (checkpoints.length === 0) return 'There is no checkpoint yet: bio-mcp checkpoint create <name>';
  const blocks = checkpoints.map(({ checkpoint_id, name, created_at, document_count }) =>
    [name, `  ${checkpoint_id}`, `  ${created_at} · ${count(document_count)} ${nounOf(document_count)}`].join(
      '\n',
    ),
  );
  return [...blocks, ...toPageNote(next_cursor)].map(toPlainText).join('\n');
}

/** For a model: all that is known of each. `create` is the call that makes one. */
export function tellCheckpoints({ checkpoints }: CheckpointsAnswer, create: string): string {
  if (checkpoints.length === 0) return `There is no checkpoint yet: ${create} makes one.`;
  return checkpoints.map(renderCheckpoint).join('\n\n');
}

/** Every document of the page. */
export function renderDiff(
  { entered, changed, left, next_cursor, totals }: DiffAnswer,
  width: number,
): string {
  if (entered.length + changed.length + left.length === 0 && next_cursor === null) {
    return 'No difference: the same documents in the same revisions.';
  }
  const groups = listGroups({ entered, changed, left, totals }, (entry) =>
    toParagraph(toEntryLine(entry), width, '  ', '    '),
  );
  return [...groups, ...toPageNote(next_cursor)].map(toPlainText).join('\n');
}

/** For a model: with the revisions, which say what to read at either end. */
export function tellDiff({ entered, changed, left, next_cursor, totals }: DiffAnswer): string {
  if (entered.length + changed.length + left.length === 0) {
    return next_cursor === null ? 'No difference.' : 'Nothing on this page.';
  }
  const groups = listGroups({ entered, changed, left, totals }, (entry) => {
    const { from_revision: from, to_revision: to } = entry;
    const revisions = from !== null && to !== null ? `${from} to ${to}` : `${to ?? from}`;
    return `  ${toEntryLine(entry)} (revision ${revisions})`;
  });
  return groups.map(toPlainText).join('\n');
}

type Groups = Pick<DiffAnswer, 'entered' | 'changed' | 'left' | 'totals'>;

function listGroups(
  { totals, entered, changed, left }: Groups,
  toLine: (entry: DiffEntry) => string,
): string[] {
  const groups = { entered, changed, left };
  const words = ['entered', 'changed', 'left'] as const;
  return words.flatMap((word) => [
    `${countOf(groups[word].length, totals?.[word])} ${word}`,
    ...groups[word].map(toLine),
  ]);
}

/** "200 of 1,234", where a page holds some of them. */
function countOf(shown: number, total = shown): string {
  return shown === total ? count(shown) : `${count(shown)} of ${count(total)}`;
}

function toEntryLine({ doc_id, title, retraction_status: status }: DiffEntry): string {
  const mark = status === 'none' ? '' : ` [${status.replaceAll('_', ' ')}]`;
  return `${doc_id} ${title ?? '(no title)'}${mark}`;
}

function toPageNote(cursor: string | null): string[] {
  return cursor === null ? [] : [`There is more; the same command goes on with: --cursor ${cursor}`];
}

function nounOf(documents: number): string {
  return documents === 1 ? 'document' : 'documents';
}

function count(value: number): string {
  return value.toLocaleString('en');
}
