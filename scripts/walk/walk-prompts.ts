import type { Client } from '@modelcontextprotocol/client';
import { makeCall, measureWalk, walkPrompt } from '../../tests/support/mcp/mcp-assistant.ts';
import { toTokens } from './ask-questions.ts';

/** The prompts, walked to their end one after the other: a table of what each took. */
export async function walkPrompts(client: Client): Promise<string> {
  const before = await makeCall(client, 'corpus_checkpoint_create', { name: 'Before the work' });
  const { checkpoint_id } = before.structured;
  const question = 'Can games and exercise lower the risk of falls in older people?';
  const asked: [name: string, given: Record<string, string>][] = [
    ['due_diligence_brief', { subject: 'trastuzumab', kind: 'drug', indication: 'breast cancer' }],
    ['literature_review', { question }],
    ['what_changed', { checkpoint_id, topic: 'falls in older people' }],
  ];
  const rows: string[] = [];
  for (const [name, given] of asked) {
    const { calls, prompt, sent, text, structured } = measureWalk(await walkPrompt(client, name, given));
    const all = prompt + sent + text;
    rows.push(
      `| \`${name}\` | ${calls} | ${toCount(all)} | ${toCount(toTokens(all))} | ${toCount(structured)} |`,
    );
  }
  return [
    '| prompt | calls | characters (prompt, calls, answers as text) | tokens | answers as structured content |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function toCount(number: number): string {
  return number.toLocaleString('en');
}
