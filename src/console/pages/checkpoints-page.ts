import { corpusCheckpointCreate } from '../../tools/corpus-checkpoint-create.ts';
import { type CheckpointsAnswer, corpusCheckpointList } from '../../tools/corpus-checkpoint-list.ts';
import { toAddress } from '../addresses.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { showCount, showTime } from '../parts/figures.ts';
import { renderFailure } from '../parts/notices.ts';
import { renderNext, renderTable } from '../parts/table.ts';

type Checkpoint = CheckpointsAnswer['checkpoints'][number];

const A_PAGE = 50;

/** What the corpus held and when: the list, a new one, and two of them to compare. */
export const checkpointsPage: ConsolePage = {
  path: '/ui/checkpoints',
  navigation: 'Checkpoints',
  async answer(asked) {
    const cursor = asked.query.get('cursor') || undefined;
    const { value, failure } = await asked.attempt(corpusCheckpointList, { limit: A_PAGE, cursor });
    const maySync = asked.mayUse('sync');
    if (value === null) return { title: 'Checkpoints', content: renderFailure(failure) };
    const { checkpoints, next_cursor: next } = value;
    return {
      title: 'Checkpoints',
      content: html`${renderTable({
        caption: 'Checkpoints, newest first',
        columns: [
          { name: 'Name', show: renderName },
          { name: 'Made', show: ({ created_at }: Checkpoint) => showTime(created_at) },
          {
            name: 'Papers',
            isNumeric: true,
            show: ({ document_count }: Checkpoint) => showCount(document_count),
          },
          { name: 'What changed since', show: renderSince },
        ],
        rows: checkpoints,
        empty: maySync
          ? 'There is no checkpoint yet. Freeze the corpus below before work that must be repeatable.'
          : 'There is no checkpoint yet. Somebody whose token may sync makes the first one.',
      })}
        ${renderNext(next === null ? null : toAddress('/ui/checkpoints', { cursor: next }))}
        ${checkpoints.length === 0 ? null : renderCompare(checkpoints)} ${maySync ? renderCreate(asked) : null}`,
    };
  },
};

/** Freezes the corpus as it is. */
export const createCheckpoint: ConsolePage = {
  path: '/ui/checkpoints',
  method: 'POST',
  scope: 'sync',
  async answer({ form, call }) {
    const description = form.get('description') ?? '';
    const queries = (form.get('queries') ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    await call(corpusCheckpointCreate, {
      name: form.get('name') ?? '',
      ...(description === '' ? {} : { description }),
      primary_queries: queries,
    });
    return { location: '/ui/checkpoints' };
  },
};

function renderName({ checkpoint_id, name, description, primary_queries: queries }: Checkpoint): Markup {
  return html`<bdi>${name}</bdi> <span class="small"><code>${checkpoint_id}</code></span>
    ${description === null ? null : html`<br /><bdi class="small">${description}</bdi>`}
    ${queries.map((query) => html`<br /><span class="small">Query: <bdi>${query}</bdi></span>`)}
    <br /><a href=${toAddress('/ui/search', { checkpoint: checkpoint_id })}>Search in it</a>`;
}

function renderSince({ checkpoint_id, name }: Checkpoint): Markup {
  const address = toAddress('/ui/checkpoints/diff', { from: checkpoint_id });
  return html`<a href=${address} aria-label=${`What changed since ${name}`}>What changed since</a>`;
}

function renderCompare(checkpoints: readonly Checkpoint[]): Markup {
  const options = checkpoints.map(
    ({ checkpoint_id, name, created_at }) =>
      html`<option value=${checkpoint_id}>${name} (${created_at.slice(0, 10)})</option>`,
  );
  return html`<h2>Compare two</h2>
    <form class="row" action="/ui/checkpoints/diff">
      <div class="grows">
        <label for="from">From</label><br />
        <select id="from" name="from">${options}</select>
      </div>
      <div class="grows">
        <label for="to">To</label><br />
        <select id="to" name="to">
          <option value="">the corpus as it is now</option>
          ${options}
        </select>
      </div>
      <button type="submit">Compare</button>
    </form>`;
}

function renderCreate({ formToken }: Asked): Markup {
  return html`<h2>Freeze the corpus</h2>
    <form method="post" action="/ui/checkpoints">
      <input type="hidden" name="token" value=${formToken} />
      <p>
        <label for="name">Name</label>
        <input id="name" type="text" name="name" required maxlength="200" />
      </p>
      <p>
        <label for="description">What it is kept for</label>
        <input id="description" type="text" name="description" maxlength="10000" />
      </p>
      <p>
        <label for="queries">The questions that it answers, one a line</label>
        <textarea id="queries" name="queries" rows="3"></textarea>
      </p>
      <button class="first" type="submit">Make a checkpoint</button>
    </form>`;
}
