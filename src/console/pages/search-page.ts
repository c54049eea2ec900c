import { ragSearch } from '../../tools/rag-search.ts';
import { html } from '../html.ts';
import type { ConsolePage } from '../page.ts';

export const searchPage: ConsolePage = {
  path: '/ui',
  aliases: ['/ui/search'],
  navigation: 'Search',
  async answer({ query, attempt }) {
    const question = query.get('q') ?? '';
    const form = html`<form role="search" action="/ui/search">
      <label for="q">Question</label>
      <input id="q" type="search" name="q" value=${question} />
      <button class="first" type="submit">Search</button>
    </form>`;
    if (question === '') return { title: 'Search', content: form };
    const { value } = await attempt(ragSearch, { query: question });
    const list = value?.documents.map(({ title }) => html`<li dir="auto">${title}</li>`);
    return { title: 'Search', content: html`${form}<ol>${list}</ol>` };
  },
};
