import { showCount, showCounted } from '../elements/figures.ts';
import { joinTexts } from '../elements/texts.ts';
import { html, type Markup } from '../html.ts';
import {
  listSet,
  MODES,
  NAME_FILTERS,
  type NameFilter,
  SEARCH_PATH,
  type SearchQuery,
  SIZES,
} from './search-query.ts';

export interface FormNeeds {
  query: SearchQuery;
  /** How many of the papers that are shown have each value, the most frequent first. */
  counts: Readonly<Partial<Record<NameFilter, readonly (readonly [value: string, count: number])[]>>>;
  checkpoints: readonly { checkpoint_id: string; name: string }[];
  /** How many checkpoints are not among them. */
  older: number;
}

/** One field, and behind it the filters; each keeps what was asked before. */
export function renderSearchForm({ query, counts, checkpoints, older }: FormNeeds): Markup {
  return html`<form role="search" action=${SEARCH_PATH}>
    <div class="row">
      <div class="grows">
        <label for="q">Question</label>
        <input id="q" type="search" name="q" value=${query.question} maxlength="10000" aria-describedby="q-about" dir="auto" />
      </div>
      <button class="first" type="submit">Search</button>
    </div>
    <p id="q-about" class="small">Plain words or MeSH terms; <code>"a phrase"</code>, <code>-word</code> to leave out.</p>
    <details>
      <summary>Filters${renderSet(query)}</summary>
      <div class="filters">
        ${renderYears(query)}
        ${(Object.keys(NAME_FILTERS) as NameFilter[]).map((name) => renderNames(name, query, counts[name] ?? []))}
        ${renderHow(query, { checkpoints, older })}
      </div>
    </details>
  </form>`;
}

/** What is set is read without opening them. */
function renderSet(query: SearchQuery): Markup {
  const set = listSet(query);
  return set.length === 0 ? null : html`: <span class="set">${joinTexts(set, ' · ')}</span>`;
}

function renderYears({ yearFrom, yearTo }: SearchQuery): Markup {
  return html`<fieldset>
    <legend>Years</legend>
    <div class="row">
      <label for="from">From</label>
      <input id="from" name="from" inputmode="numeric" size="5" maxlength="4" value=${yearFrom} />
      <label for="to">to</label>
      <input id="to" name="to" inputmode="numeric" size="5" maxlength="4" value=${yearTo} />
    </div>
  </fieldset>`;
}

/** What was asked for stays checked; what the answer holds can be checked; and one more can be written. */
function renderNames(
  name: NameFilter,
  { names }: SearchQuery,
  counts: readonly (readonly [string, number])[],
): Markup {
  const asked = names[name];
  const isAsked = (value: string) => asked.some((one) => one.toLowerCase() === value.toLowerCase());
  const known = new Map(counts);
  const values = [
    ...asked.map((value) => [value, known.get(value) ?? null] as const),
    ...counts.filter(([value]) => !isAsked(value)),
  ];
  const { label } = NAME_FILTERS[name];
  return html`<fieldset>
    <legend>${label}${counts.length === 0 ? null : html` <span class="set">(of the papers shown)</span>`}</legend>
    ${values.map(
      ([value, count], at) => html`<div class="choice">
        <input id=${`${name}-${at}`} type="checkbox" name=${name} value=${value} checked=${isAsked(value)} />
        <label for=${`${name}-${at}`}><span dir="auto">${value}</span>${count === null ? null : ` (${showCount(count)})`}</label>
      </div>`,
    )}
    <input type="text" name=${name} aria-label=${`Another of ${label}`} placeholder="another" maxlength="500" />
  </fieldset>`;
}

function renderHow(
  query: SearchQuery,
  { checkpoints, older }: Pick<FormNeeds, 'checkpoints' | 'older'>,
): Markup {
  const isListed = checkpoints.some(({ checkpoint_id }) => checkpoint_id === query.checkpoint);
  const unlisted =
    query.checkpoint === '' || isListed ? [] : [{ checkpoint_id: query.checkpoint, name: query.checkpoint }];
  return html`<fieldset>
    <legend>How to search</legend>
    ${renderBox('retracted', 'With retracted papers', query.withRetracted)}
    ${renderBox('by_quality', 'Better evidence first', query.byQuality)}
    ${renderBox('explain', 'Whole passages', query.isWhole)}
    <p><label for="mode">By</label> <select id="mode" name="mode">
      ${Object.entries(MODES).map(([mode, words]) => html`<option value=${mode} selected=${mode === query.mode}>${words}</option>`)}
    </select></p>
    <p><label for="n">At most</label> <select id="n" name="n">
      ${SIZES.map((size) => html`<option value=${String(size)} selected=${size === query.most}>${size} papers</option>`)}
    </select></p>
    <p><label for="checkpoint">In</label> <select id="checkpoint" name="checkpoint">
      <option value="">the corpus as it is now</option>
      ${[...unlisted, ...checkpoints].map(
        ({ checkpoint_id, name }) =>
          html`<option value=${checkpoint_id} selected=${checkpoint_id === query.checkpoint}>checkpoint ${name}</option>`,
      )}
    </select>${older > 0 ? html` <span class="small">${showCounted(older, 'older one')}: by <a href="/ui/checkpoints">the list of checkpoints</a></span>` : null}</p>
  </fieldset>`;
}

function renderBox(name: string, label: string, isChecked: boolean): Markup {
  return html`<div class="choice">
    <input id=${name} type="checkbox" name=${name} value="1" checked=${isChecked} />
    <label for=${name}>${label}</label>
  </div>`;
}
