import type { CheckReport } from '../../http/readiness.ts';
import { ping } from '../../tools/ping.ts';
import { renderFailure } from '../elements/alerts.ts';
import { renderFacts } from '../elements/facts.ts';
import { showDuration } from '../elements/job-facts.ts';
import { renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { ConsolePage } from '../page.ts';

/** Each dependency: whether it answers, how fast, and what to do where it does not. */
export const healthPage: ConsolePage = {
  path: '/ui/health',
  navigation: 'Health',
  async answer({ tryCall, readHealth }) {
    const [{ status, checks }, alive] = await Promise.all([readHealth(), tryCall(ping, {})]);
    return {
      title: 'Health',
      content: html`${renderVerdict(status)}
        ${renderTable({
          caption: 'What this process depends on; an answer is kept for five seconds',
          columns: [
            { name: 'Dependency', show: ({ name }: CheckReport) => name },
            { name: 'State', show: renderState },
            {
              name: 'Answered in',
              isNumeric: true,
              show: ({ latency_ms }: CheckReport) => `${latency_ms} ms`,
            },
            { name: 'What to do', show: ({ reason }: CheckReport) => reason ?? '–' },
          ],
          rows: checks,
          empty: 'Nothing is checked: everything is in this process.',
        })}
        ${alive.value === null ? renderFailure(alive.failure) : renderProcess(alive.value)}
        <p>
          <code>bio-mcp doctor</code> on the server tries everything that the settings name. Programs ask${' '}
          <code>/readyz</code> and <code>/metrics</code>.
        </p>`,
    };
  },
};

function renderVerdict(status: 'ready' | 'not_ready'): Markup {
  return status === 'ready'
    ? html`<p><span class="word good">ready</span> Everything that is needed answers.</p>`
    : html`<p><span class="word bad">not ready</span> Something that is needed does not answer: see below.</p>`;
}

function renderState({ state }: CheckReport): Markup {
  return html`<span class=${`word ${state === 'ok' ? 'good' : 'bad'}`}>${state}</span>`;
}

function renderProcess({ version, uptime_s }: { version: string; uptime_s: number }): Markup {
  return html`<h2>This process</h2>
    ${renderFacts([
      ['Version', version],
      ['Up for', showDuration(uptime_s)],
      ['Node', process.version],
    ])}`;
}
