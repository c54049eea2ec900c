import { ValidationError } from '../../errors/bio-mcp-error.ts';
import type { ToolListing } from '../../tools/catalogue.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { showCount } from '../elements/figures.ts';
import { breakAtDots } from '../elements/job-facts.ts';
import { renderTable } from '../elements/table.ts';
import { readFields, renderFields } from '../elements/tool-fields.ts';
import { renderParams, toExample } from '../elements/tool-params.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

/** Of an answer, in the page. Each quotation mark is six characters there: at most 300 kB. */
const MOST_CHARACTERS = 50_000;
const EXAMPLE = '{"query": "metformin"}';

/** The tools that whoever looks may call, and one of them to be tried under his own scopes. */
export const docsPage: ConsolePage = {
  path: '/ui/docs',
  foot: 'Try a tool',
  async answer(asked) {
    const name = asked.query.get('tool') ?? '';
    if (name === '') return { title: 'Tools', content: renderTools(asked.listTools()) };
    return toPage(asked, asked.findTool(name), null);
  },
};

/** A short tool answers in the page, a long one by its job. */
export const tryTool: ConsolePage = {
  path: '/ui/docs',
  method: 'POST',
  async answer(asked) {
    const tool = asked.findTool(asked.form.get('tool') ?? '');
    const written = asked.form.get('params') ?? JSON.stringify(readFields(tool, asked.form));
    const { value, failure } = await asked.attempt(tool, () => run(asked, tool, written));
    if (value === null) return toPage(asked, tool, { written, answer: renderFailure(failure) });
    if ('jobId' in value) return { location: `/ui/jobs/${value.jobId}` };
    return toPage(asked, tool, { written, answer: renderAnswer(value.result) });
  },
};

async function run(
  { postJob, callListed }: Asked,
  tool: ToolListing,
  written: string,
): Promise<{ jobId: string } | { result: unknown }> {
  const params = readParams(written);
  return tool.kind === 'long' ? postJob(tool, params) : { result: await callListed(tool, params) };
}

function readParams(written: string): object {
  if (written.trim() === '') return {};
  let params: unknown;
  try {
    params = JSON.parse(written);
  } catch {
    throw new ValidationError(`The parameters are not JSON; write an object, such as ${EXAMPLE}.`);
  }
  if (typeof params === 'object' && params !== null && !Array.isArray(params)) return params;
  throw new ValidationError(`The parameters are no object; write one, such as ${EXAMPLE}.`);
}

function renderTools(tools: readonly ToolListing[]): Markup {
  return html`<p>
      What you may call here, as an assistant or a program may with your scopes. Choose a tool to try it. Programs find
      all routes in <code>/openapi.json</code>, people in <code>/docs</code>; both ask for a token where the console asks
      for a sign-in.
    </p>
    ${renderTable({
      caption: 'Tools that you may call',
      columns: [
        { name: 'Tool', show: renderName },
        { name: 'What it does', show: ({ title, description }) => html`<b>${title}.</b> ${description}` },
        { name: 'Needs', show: ({ scope }) => html`<span class="word">bio:${scope}</span>` },
      ],
      rows: tools,
      empty: 'Your scopes allow no tool. Sign in with a token that has bio:read.',
    })}`;
}

function renderName({ name }: ToolListing): Markup {
  return html`<a href=${toAddress('/ui/docs', { tool: name })}>${breakAtDots(name)}</a>`;
}

function toPage(
  { formToken }: Asked,
  tool: ToolListing,
  tried: { written: string; answer: Markup } | null,
): { title: string; heading: Markup; content: Markup } {
  const { name, kind, description } = tool;
  const written = tried?.written ?? toExample(tool);
  const button = kind === 'long' ? 'Start a job' : 'Try it';
  return {
    title: name,
    heading: breakAtDots(name),
    content: html`<p><a href="/ui/docs">All tools</a></p>
      <p>${description}</p>
      <form method="post" action="/ui/docs">
        <input type="hidden" name="token" value=${formToken} />
        <input type="hidden" name="tool" value=${name} />
        ${renderFields(tool, toGiven(written))}
        <button class="first" type="submit">${button}</button>
      </form>
      <details>
        <summary>The same as JSON, as programs send it</summary>
        <form method="post" action="/ui/docs">
          <input type="hidden" name="token" value=${formToken} />
          <input type="hidden" name="tool" value=${name} />
          <p>
            <label for="params">Parameters, as JSON</label>
            <textarea id="params" name="params" rows="5" spellcheck="false">${written}</textarea>
          </p>
          <button type="submit">${button}</button>
        </form>
      </details>
      ${tried === null ? null : html`<h2 id="answer">Answer</h2>${tried.answer}`}
      ${renderParams(tool)}`,
  };
}

/** What is no object of parameters fills in no field. */
function toGiven(written: string): Record<string, unknown> {
  try {
    return Object.fromEntries(Object.entries(readParams(written)));
  } catch {
    return {};
  }
}

function renderAnswer(result: unknown): Markup {
  const text = JSON.stringify(result, null, 2);
  const isCut = text.length > MOST_CHARACTERS;
  const told = `The first ${showCount(MOST_CHARACTERS)} of ${showCount(text.length)} characters. POST /v1/mcp/invoke answers all of it.`;
  return html`${isCut ? html`<p>${told}</p>` : null}
    <pre tabindex="0" role="region" aria-labelledby="answer" dir="auto">${text.slice(0, MOST_CHARACTERS)}</pre>`;
}
