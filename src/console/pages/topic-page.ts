import { corpusStatus } from '../../tools/corpus-status.ts';
import type { TopicAnswer } from '../../tools/schemas/status-schema.ts';
import { toAddress } from '../addresses.ts';
import { renderWarnings } from '../elements/alerts.ts';
import { renderBars } from '../elements/bars.ts';
import { renderFacts } from '../elements/facts.ts';
import { showCount, showTime } from '../elements/figures.ts';
import { renderUpdate, showAge } from '../elements/topic-facts.ts';
import { html, type Markup } from '../html.ts';
import type { ConsolePage } from '../page.ts';
import { renderSameQuery } from '../search/same-query.ts';

/** One query that the corpus follows: how it grew, and what NCBI warned of. */
export const topicPage: ConsolePage = {
  path: '/ui/topics/topic',
  async answer(asked) {
    const params = { term: asked.query.get('term') ?? '' };
    const [topic] = (await asked.call(corpusStatus, params)).topics ?? [];
    if (topic === undefined) throw new Error('a topic was answered without its facts');
    return {
      title: `Topic: ${topic.term.slice(0, 100)}`,
      heading: 'Topic',
      content: html`<section id="topic" aria-label="The query" data-live="/ui/jobs/states">
          <p dir="auto"><code>${topic.term}</code></p>
          ${renderFacts([
            ['Papers', topic.documents === null ? 'none yet' : showCount(topic.documents)],
            ['Complete to', topic.complete_to ?? 'not whole yet'],
            ['Fresh', showAge(topic.complete_to, asked.now)],
            ['NCBI was asked', topic.asked_at === null ? null : showTime(topic.asked_at)],
          ])}
          <h2>What NCBI warned of</h2>
          ${
            topic.warnings.length === 0
              ? html`<p>Nothing, when it was asked last.</p>`
              : renderWarnings(topic.warnings)
          }
          <h2>Size over time</h2>
          ${renderSizes(topic)}
        </section>
        ${asked.mayUse('sync') ? renderUpdate(topic.term, asked) : null}
        <p><a href="/ui/topics">All topics</a></p>
        ${renderSameQuery({
          address: toAddress('/ui/topics/topic', { term: topic.term }),
          origin: asked.origin,
          tool: corpusStatus.name,
          params: { term: topic.term },
          isGuarded: asked.caller.via !== 'nothing',
        })}`,
    };
  },
};

/** One day alone is no growth yet. */
function renderSizes({ growth = [] }: TopicAnswer): Markup {
  if (growth.length < 2)
    return html`<p class="nothing">Its size is shown over time once it was followed on two days.</p>`;
  const bars = growth.map(({ day, documents }) => ({ name: day, count: documents }));
  const caption =
    'Papers of this query at the end of each of the latest days on which it was followed, and of months before';
  return renderBars({ id: 'sizes', caption, of: 'Day', bars, rows: bars.toReversed() });
}
