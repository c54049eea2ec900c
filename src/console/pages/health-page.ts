import type { CheckReport } from '../../http/readiness.ts';
import type { NcbiReport, ServiceReport } from '../../http/service-health.ts';
import { ping } from '../../tools/ping.ts';
import { renderFailure } from '../elements/alerts.ts';
import { renderFacts } from '../elements/facts.ts';
import { showCount, showCounted } from '../elements/figures.ts';
import { showDuration } from '../elements/job-facts.ts';
import { renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { ConsolePage } from '../page.ts';

/** Each dependency: whether it answers, how fast, and what to do where it does not. */
export const healthPage: ConsolePage = {
  path: '/ui/health',
  navigation: 'Health',
  async answer({ tryCall, readHealth }) {
    const [health, alive] = await Promise.all([readHealth(), tryCall(ping, {})]);
    const { status, checks, settings } = health;
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
        ${renderNcbi(health)}
        ${alive.value === null ? renderFailure(alive.failure) : renderProcess(alive.value)}
        ${settings === null ? null : renderSettings(settings)}
        <p>
          <code>bio-mcp doctor</code> on the server tries everything that the settings name. Programs ask${' '}
          <code>/readyz</code>, <code>/v1/health</code> and <code>/metrics</code>.
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

function renderNcbi({ ncbi, ncbi_reason: reason }: ServiceReport): Markup {
  return html`<h2>What NCBI allows</h2>
    ${ncbi === null ? html`<p>It is not known: ${reason}</p>` : renderBudget(ncbi)}`;
}

function renderBudget(ncbi: NcbiReport): Markup {
  const { with_key, share, requests_a_minute: most, started_last_minute: started } = ncbi;
  const { wait_ms, cooldown_ms } = ncbi;
  const part = share === 1 ? '' : `, ${Math.round(share * 100)} % of what NCBI allows`;
  const whose = `${with_key ? 'with an API key' : 'without an API key'}${part}; by all processes on this database together`;
  const left = Math.max(0, most - started);
  return renderFacts([
    ['Allowed', `${showCounted(most, 'request')} a minute, ${whose}`],
    ['A day', 'as many as that comes to: NCBI sets no other limit'],
    ['Used', `${showCounted(started, 'request')} in the latest minute, by this process`],
    ['Left', `${showCounted(left, 'request')} of that minute, where no other process asks`],
    ['Next one', wait_ms === 0 ? 'may start at once' : `may start in ${showDuration(wait_ms / 1_000)}`],
    [
      'Quiet',
      cooldown_ms === 0 ? 'NCBI asks for none' : `NCBI wants ${showDuration(cooldown_ms / 1_000)} more`,
    ],
  ]);
}

type Setting = NonNullable<ServiceReport['settings']>[number];

/** Those that were set stand at once; all of them where they are opened. */
function renderSettings(settings: readonly Setting[]): Markup {
  const set = settings.filter(({ is_set }) => is_set);
  const rest = settings.filter(({ is_set }) => !is_set);
  return html`<h2>Settings</h2>
    ${renderTable({
      caption: 'Those that are set; of a secret no more than that',
      columns: SETTING_COLUMNS,
      rows: set,
      empty: 'None is set: everything is as it comes.',
    })}
    <details>
      <summary>The ${showCount(rest.length)} others, and what holds</summary>
      ${renderTable({ caption: 'Settings that are not set', columns: SETTING_COLUMNS, rows: rest, empty: '' })}
    </details>`;
}

const SETTING_COLUMNS = [
  { name: 'Setting', show: ({ name }: Setting) => html`<code>${name}</code>` },
  { name: 'Value', show: ({ value, is_set }: Setting) => value ?? (is_set ? 'set, and secret' : 'none') },
];
