import { readdirSync, readFileSync } from 'node:fs';
import { REBUILT } from '../src/store/rebuild/sql-corpus-rebuild.ts';

/** Writes docs/tables.md: every table as the migrations make it, with the words of their comments. */

const FOLDER = new URL('../src/store/migrations/', import.meta.url);

export interface TableColumn {
  name: string;
  /** As PostgreSQL writes it, without what follows: `timestamptz`, `double precision`. */
  type: string;
  isNullable: boolean;
  about: string;
}

export interface DescribedTable {
  name: string;
  about: string;
  columns: TableColumn[];
  key: string[];
  /** Tables that a column of this one names: `references jobs`. */
  leadsTo: string[];
  /** Those that made or changed it. */
  migrations: string[];
}

/** Each table stands in one of these; one that stands in none is an error. */
const GROUPS: readonly { title: string; about: string; tables: readonly string[] }[] = [
  {
    title: 'Records and documents',
    about: `A PMID leads to its current object in the archive (\`pubmed_archive\`), to all earlier ones (\`pubmed_archive_history\`, by
\`content_hash\`) and to its documents (\`revisions\`). Chunks and vectors are in the index, which names PMID and revision.`,
    tables: [
      'pubmed_archive',
      'pubmed_archive_history',
      'revisions',
      'cited_by',
      'tombstones',
      'withdrawals',
      'quarantined_records',
    ],
  },
  {
    title: 'The corpus as a whole',
    about: `One commit writes the rows of a batch, takes its row out of \`pending_batches\` and raises \`corpus_state.sequence\`; what bears
a higher number is not there. Who may commit is told in [architecture](architecture.md#what-survives-what).`,
    tables: [
      'corpus_state',
      'live_counts',
      'live_group_counts',
      'live_facets',
      'live_facet_counts',
      'corpus_growth',
      'topics',
      'topic_growth',
      'pending_batches',
      'publish_lock',
      'lost_sequences',
      'raised_file_ranks',
      'checkpoints',
    ],
  },
  {
    title: 'Loads and syncs',
    about:
      'How far files were loaded and queries were followed, so that the same command goes on after a crash.',
    tables: [
      'loaded_files',
      'watermarks',
      'query_pmids',
      'sync_lists',
      'sync_list_pmids',
      'runs',
      'ncbi_budget',
    ],
  },
  {
    title: 'Jobs and calls',
    about: 'The states of a job, and who may write to it, are told in [jobs](jobs.md).',
    tables: ['jobs', 'keyed_calls'],
  },
  {
    title: 'Access',
    about: 'Who may ask is told in [security](security.md).',
    tables: ['access_tokens'],
  },
];

/** Every table but that of the migrations themselves. */
export const GROUPED_TABLES: readonly string[] = GROUPS.flatMap(({ tables }) => tables);

/**
 * What every migration of this release makes, taken together. Throws, with the line, on SQL that
 * it cannot read.
 */
export function describeTables(): DescribedTable[] {
  const tables = new Map<string, DescribedTable>();
  for (const file of readdirSync(FOLDER).sort()) {
    if (!file.endsWith('.sql')) continue;
    readMigration(readFileSync(new URL(file, FOLDER), 'utf8'), file.replace(/\.sql$/, ''), tables);
  }
  return [...tables.values()];
}

export function renderTables(): string {
  const tables = new Map(describeTables().map((table) => [table.name, table]));
  const sections = GROUPS.map(({ title, about, tables: names }) => {
    const shown = names.map((name) => {
      const table = tables.get(name);
      if (table === undefined)
        throw new Error(`scripts/table-pages.ts: no migration makes the table ${name}`);
      tables.delete(name);
      return renderTable(table);
    });
    return `## ${title}\n\n${about}\n\n${shown.join('\n')}`;
  });
  const [forgotten] = tables.keys();
  if (forgotten !== undefined) {
    throw new Error(`scripts/table-pages.ts: ${forgotten} stands in no group; add it to GROUPS`);
  }
  return `# The tables

This page follows the files of \`src/store/migrations/\` and their comments; \`make documents\` writes it again. The tables are the same
on PostgreSQL and in the embedded database, and \`src/store/schema.ts\` has them as types. Beside them \`migrations\` names the
migrations that were applied. What is marked *rebuilt* a reindex makes anew from the archive; the others it leaves as they are.

${sections.join('\n')}`;
}

function renderTable({ name, about, columns, key, leadsTo, migrations }: DescribedTable): string {
  const rows = columns.map((column) => {
    const type = column.isNullable ? `${column.type} or null` : column.type;
    return `| \`${column.name}\`${key.includes(column.name) ? ' (key)' : ''} | ${type} | ${column.about} |`;
  });
  const references =
    leadsTo.length === 0 ? '' : ` Names a row of ${leadsTo.map((to) => `\`${to}\``).join(', ')}.`;
  const rebuilt = REBUILT.some((one) => one === name) ? ' *Rebuilt.*' : '';
  return `### \`${name}\`

${about}${references}${rebuilt} Made by ${migrations.map((migration) => `\`${migration}\``).join(', ')}.

| column | type | meaning |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/**
 * Migrations keep one form: a statement starts its line, a column too, and what is said of it
 * stands right above.
 */
function readMigration(text: string, migration: string, tables: Map<string, DescribedTable>): void {
  const [, ...lines] = text.split('\n'); // the first says whether the release before keeps working
  let comment: string[] = [];
  let isComplete = false;
  let table: DescribedTable | undefined;
  for (const line of lines) {
    const told = /^\s*-- (.*)$/.exec(line)?.[1];
    if (told !== undefined) {
      comment = isComplete ? [told] : [...comment, told];
      isComplete = false;
      continue;
    }
    isComplete = true;
    const created = /^create table (\w+) \($/.exec(line)?.[1];
    const altered = /^alter table (\w+)/.exec(line)?.[1];
    if (created !== undefined) {
      table = {
        name: created,
        about: comment.join(' '),
        columns: [],
        key: [],
        leadsTo: [],
        migrations: [migration],
      };
      tables.set(created, table);
      comment = [];
    } else if (altered !== undefined) {
      table = tables.get(altered);
      if (table === undefined)
        throw new Error(`${migration}: no migration before makes the table ${altered}`);
      if (line.includes('add column')) addColumn(table, line, comment.join(' '), migration);
    } else if (table !== undefined && /^ {2}\w/.test(line)) {
      addColumn(table, line, comment.join(' '), migration);
      if (!line.startsWith('  add column')) comment = [];
    } else if (!line.startsWith(' ')) {
      table = undefined;
      comment = [];
    }
  }
}

const CONSTRAINT = /^(constraint|check|unique|foreign key)\b/;
const BEHIND_TYPE = /\s+(primary key|not null|default|references|check)\b.*$/;

function addColumn(table: DescribedTable, line: string, about: string, migration: string): void {
  const text = line
    .replace(/^.*?\badd column\b/, '')
    .trim()
    .replace(/[,;]$/, '');
  if (!table.migrations.includes(migration)) table.migrations.push(migration);
  const key = /^primary key \((.+)\)$/.exec(text)?.[1];
  if (key !== undefined) {
    table.key = key.split(', ');
    for (const column of table.columns) if (table.key.includes(column.name)) column.isNullable = false;
  }
  if (key !== undefined || CONSTRAINT.test(text)) return;
  const [, name, rest] = /^(\w+)\s+(.+)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) throw new Error(`${migration}: this is no column: ${line}`);
  if (rest.includes('primary key')) table.key = [name];
  const target = /\breferences (\w+)/.exec(rest)?.[1];
  if (target !== undefined) table.leadsTo.push(target);
  const isNullable = !/\b(not null|primary key)\b/.test(rest);
  table.columns.push({ name, type: rest.replace(BEHIND_TYPE, ''), isNullable, about });
}
