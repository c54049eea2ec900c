import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';

const PAGE = readFileSync(new URL('../docs/clients.md', import.meta.url), 'utf8');

function readBlocks(language: string): string[] {
  return [...PAGE.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );
}

const started = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.literal('npx'),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()).optional(),
});
const reached = z.strictObject({
  type: z.literal('http').optional(),
  url: z.literal('https://bio-mcp.example.org/mcp'),
  headers: z.strictObject({ Authorization: z.templateLiteral(['Bearer ', z.string()]) }),
});
const servers = z.record(z.string(), z.union([started, reached]));
const configuration = z.union([
  z.strictObject({ mcpServers: servers }),
  z.strictObject({ inputs: z.array(z.looseObject({ id: z.string() })).optional(), servers }),
]);

describe('docs/clients.md', () => {
  const read = readBlocks('json').map((text) => configuration.parse(JSON.parse(text)));
  const entries = read.flatMap((one) => Object.entries('servers' in one ? one.servers : one.mcpServers));

  test('gives each client a configuration of the form that it takes', () => {
    assert.equal(entries.filter(([, server]) => 'url' in server).length, 2);
    for (const [, server] of entries) {
      if (!('args' in server)) continue;
      assert.match(server.args.join(' '), /^-y bio-mcp (stdio|connect https:\/\/\S+)$/);
    }
  });

  test('asks for every input that a configuration of VS Code refers to', () => {
    for (const one of read) {
      const asked = 'inputs' in one ? (one.inputs ?? []).map(({ id }) => id) : [];
      const used = [...JSON.stringify(one).matchAll(/\$\{input:([^}]+)\}/g)].map(([, id]) => id);
      assert.deepEqual(used, asked);
    }
  });

  test('gives the two forms two names, so that a client can have both', () => {
    const isStarted = (server: object) => JSON.stringify(server).includes('"stdio"');
    for (const [name, server] of entries) {
      assert.equal(name, isStarted(server) ? 'bio-mcp' : 'bio-mcp-server');
    }
    const added = readBlocks('sh').flatMap((text) => text.match(/^claude mcp add .*$/gm) ?? []);
    const names = added.map((line) => line.match(/ add (?:--transport \S+ )?([\w-]+)/)?.[1]);
    assert.deepEqual(names, ['bio-mcp', 'bio-mcp-server']);
  });
});
