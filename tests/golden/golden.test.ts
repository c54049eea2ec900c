import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TOOLS } from '../../src/tools/tools.ts';
import { readGolden } from './golden-files.ts';
import { openStdio, openStreamableHttp } from './mcp-surfaces.ts';
import { playStory } from './play.ts';
import { openCommandLine, openHttp } from './surfaces.ts';

const golden = readGolden();

/** A tool without golden answers is held to its example alone (every-tool.test.ts). */
test('golden answers are there for tools of this release only', () => {
  const names = new Set(TOOLS.map(({ name }) => name));
  assert.deepEqual(
    [...golden.keys()].filter((name) => !names.has(name)),
    [],
  );
});

/** PGlite, which takes several times the CPU, is what an assistant on this machine has. */
for (const [name, open, engine] of [
  ['POST /v1/mcp/invoke and /v1/jobs', openHttp, 'PostgreSQL'],
  ['MCP by stdio', openStdio, 'PGlite'],
  ['MCP by Streamable HTTP', openStreamableHttp, 'PostgreSQL'],
  ['the command line', openCommandLine, 'PostgreSQL'],
] as const) {
  describe(`over ${name}, on ${engine}`, () => {
    test('every tool gives its golden answers', async () => {
      const played = await playStory(open, engine);
      for (const [tool, exchanges] of Map.groupBy(played, ({ tool }) => tool)) {
        const answers = exchanges.map(({ params, answer }) => ({ params, answer }));
        assert.deepEqual(answers, golden.get(tool), tool);
      }
    });
  });
}
