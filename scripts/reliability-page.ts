import { PROVOKED_FAULTS } from '../tests/support/provoked-faults/provoked-faults.ts';
import { SYNC_FAULTS, SYNC_STAGES } from '../tests/support/sync/sync-fault-matrix.ts';

/** docs/reliability.md: its tables are those that the tests play. */
export function renderReliability(): string {
  const head = `| what NCBI does | ${SYNC_STAGES.map(({ name }) => name).join(' | ')} |`;
  const line = `| --- |${' --- |'.repeat(SYNC_STAGES.length)}`;
  const rows = SYNC_FAULTS.map(({ name, toFault, lasting }) => {
    const ends = lasting === null ? 'waits' : `retries, then \`${lasting}\``;
    const cells = SYNC_STAGES.map(({ endpoint }) => (toFault(endpoint) === null ? 'cannot happen' : ends));
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `# Reliability

A sync works against a service that fails every day. This page says what it promises, and the table below is played by the
tests: each of its cells is a sync of 600 records against a server that speaks NCBI's protocol over real HTTP.

## What a sync promises

- **Nothing is lost.** The list of PMIDs is kept before the first record is fetched, and each PMID of it ends as archived,
  skipped or failed with a reason. One that NCBI lists and does not deliver is owed: the next run of the query asks again.
- **Nothing is done twice.** A record whose bytes are archived is skipped: no object, no vector, no index write. Two syncs that
  overlap share what they prepare, and one of them publishes it.
- **The watermark says what is there.** It moves only when every record of a window is archived and indexed. A run that
  failed, was stopped, or was cut short by a limit leaves it at the end of the last complete window. A record that cannot be
  read, embedded or indexed is archived and quarantined, and holds nothing up.
- **A wrong clock skips nothing.** Today is the day in the \`Date\` of NCBI's answers. Where this machine's clock is more than a day
  off, a warning says so. A watermark in the future, as an earlier release could set it, counts for nothing: the next run takes
  everything anew. Where the database's clock is set back, booked starts become one gap from now, and pauses and leases from
  before are over; where it jumps forward, leases lapse and jobs are taken up again. An idempotency key lives on until the clock
  comes back to its hour.
- **Nothing leaves by mistake.** A document leaves only when NCBI says by name that its record is deleted or merged, never
  because a query no longer brings it. Its archive and its revisions stay.
- **A stop costs little.** After Ctrl-C, a failure or \`kill -9\` the same command goes on with the list that was left, if that is
  younger than a day; an older one is made anew. What has arrived is committed while NCBI is waited for: three crashes at the worst
  moments cost a third of a list of 2,000 records or more, and 600 records of a shorter one.

## When NCBI fails

A request is tried again, with growing pauses and within NCBI's limits, for up to five minutes. What passes within that time
leaves no trace: the corpus is what an undisturbed sync gives. What lasts longer ends the run with the code in the table;
everything published until then stays, the watermark has not moved, and the same command completes the work.

${head}
${line}
${rows.join('\n')}

An answer that is whole and holds a record which cannot be told from its neighbours is halved until that record is found; the
others come in. Ten \`kill -9\` at random moments of a sync are played as well: after the same command has run again, tables,
archive and index are those of an undisturbed run.

## Days and windows

NCBI dates records by its own calendar, which is US Eastern time, so the days of watermarks and windows are those. An
incremental sync asks for the closed window from \`BIO_MCP_SYNC_OVERLAP_DAYS\` before the watermark to the day on which it
starts: new records by their day of creation, revised ones by their day of modification. A window with more than 5,000 records
is halved by days; what lies beyond PubMed's 9,999 hits, also within one day, by ranges of PMIDs.

## What is provoked, and where

Every row is a fault that a test provokes, on real services where it is about one. Stages stand in the order in which a
record meets them; the file at the end of a row has the test.

${renderProvoked()}
`;
}

function renderProvoked(): string {
  const rows = PROVOKED_FAULTS.flatMap(({ stage, faults }) =>
    faults.map(
      ({ fault, outcome, test: { file } }) => `| ${stage} | ${fault} | ${outcome} | ${toLink(file)} |`,
    ),
  );
  return [
    '| stage | what goes wrong | what comes of it | played in |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function toLink(file: string): string {
  return `[${file
    .split('/')
    .at(-1)
    ?.replace(/(\.test)?\.ts$/, '')}](../${file})`;
}
