import { corpusCheckpointCreate } from '../../tools/corpus-checkpoint-create.ts';
import { corpusCheckpointGet } from '../../tools/corpus-checkpoint-get.ts';
import { type CheckpointsAnswer, corpusCheckpointList } from '../../tools/corpus-checkpoint-list.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { showCount, showTime } from '../elements/figures.ts';
import { readPlace, showRange, toNextPlace } from '../elements/list-range.ts';
import { renderNext, renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

type Checkpoint = CheckpointsAnswer['checkpoints'][number];

const A_PAGE = 50;

/** What the corpus held and when: the list, a new one, and two of them to compare. */
export const checkpointsPage: ConsolePage = {
  path: '/ui/checkpoints',
  navigation: 'Checkpoints',
  async answer(asked) {
    const [cursor, from] = ['cursor', 'from'].map((name) => asked.query.get(name) || undefined);
    const { value, failure } = await asked.tryCall(corpusCheckpointList, { limit: A_PAGE, cursor });
    const maySync = asked.mayUse('sync');
    if (value === null) return { title: 'Checkpoints', content: renderFailure(failure) };
    const { checkpoints, next_cursor: next, total } = value;
    const at = readPlace(asked.query);
    const shown = checkpoints.length;
    const isPaged = cursor !== undefined || next !== null;
    const toFrom = isPaged ? (id: string) => toAddress('/ui/checkpoints', { from: id, cursor }) : null;
    return {
      title: 'Checkpoints',
      content: html`${renderTable({
        caption: `${showRange({ at, shown, total }, 'checkpoint')}, newest first`,
        columns: [
          { name: 'Name', show: renderName },
          { name: 'Made', show: ({ created_at }: Checkpoint) => showTime(created_at) },
          {
            name: 'Papers',
            isNumeric: true,
            show: ({ document_count }: Checkpoint) => showCount(document_count),
          },
          { name: 'Compare', show: (checkpoint: Checkpoint) => renderSince(checkpoint, toFrom) },
        ],
        rows: checkpoints,
        empty: maySync
          ? 'There is no checkpoint yet. Freeze the corpus below before work that must be repeatable.'
          : 'There is no checkpoint yet. Somebody whose token may sync makes the first one.',
      })}
        ${renderNext(next === null ? null : toAddress('/ui/checkpoints', { from, cursor: next, at: toNextPlace(at, shown) }))}
        ${checkpoints.length === 0 ? null : renderCompare(checkpoints, await findFrom(from, checkpoints, asked))} ${maySync ? renderCreate(asked) : null}`,
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

/** `toFrom`: where it is kept while its counterpart is looked for on other pages. */
function renderSince(
  { checkpoint_id, name }: Checkpoint,
  toFrom: ((checkpointId: string) => string) | null,
): Markup {
  const address = toAddress('/ui/checkpoints/diff', { from: checkpoint_id });
  return html`<a href=${address} aria-label=${`What changed since ${name}`}>What changed since</a>
    ${toFrom === null ? null : html`<br /><a href=${toFrom(checkpoint_id)} aria-label=${`Compare ${name} with another`}>with another</a>`}`;
}

/** The one that was chosen on a page of the list, perhaps another than this; `null`: none was. */
async function findFrom(
  from: string | undefined,
  checkpoints: readonly Checkpoint[],
  { tryCall }: Asked,
): Promise<Checkpoint | null> {
  if (from === undefined) return null;
  const here = checkpoints.find(({ checkpoint_id }) => checkpoint_id === from);
  return here ?? (await tryCall(corpusCheckpointGet, { checkpoint_id: from })).value;
}

function renderCompare(checkpoints: readonly Checkpoint[], chosen: Checkpoint | null): Markup {
  const isHere = checkpoints.some(({ checkpoint_id }) => checkpoint_id === chosen?.checkpoint_id);
  const listed = chosen === null || isHere ? checkpoints : [chosen, ...checkpoints];
  return html`<h2 id="compare">Compare two</h2>
    ${chosen === null ? null : html`<p>From <b><bdi>${chosen.name}</bdi></b>; choose the other one here, or on another page of the list.</p>`}
    <form class="row" action="/ui/checkpoints/diff">
      <div class="grows">
        <label for="from">From</label><br />
        <select id="from" name="from">${listed.map((one) => renderOption(one, one === chosen))}</select>
      </div>
      <div class="grows">
        <label for="to">To</label><br />
        <select id="to" name="to">
          <option value="">the corpus as it is now</option>
          ${checkpoints.map((one) => renderOption(one, false))}
        </select>
      </div>
      <button type="submit">Compare</button>
    </form>`;
}

function renderOption({ checkpoint_id, name, created_at }: Checkpoint, isChosen: boolean): Markup {
  return html`<option value=${checkpoint_id} selected=${isChosen}>${name} (${created_at.slice(0, 10)})</option>`;
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
