import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCommandWords } from '../../src/cli/commands/command-words.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';

const catalogue = createCatalogue(TOOLS);
const say = createCommandWords(catalogue);

const SAID: [tool: string, text: string, said: string][] = [
  ['rag.search', 'filters.date_from is no date.', '--from is no date.'],
  ['rag.search', 'Use year_from, date_from and date_to.', 'Use --year-from, --from and --to.'],
  ['rag.search', '`top_k` must be at most 50.', '`--top-k` must be at most 50.'],
  ['rag.search', '`query` is required.', '`query` is required.'],
  ['rag.search', 'A query is not a parameter here.', 'A query is not a parameter here.'],
  ['rag.search', '`filters.pmids[2]` must be a PMID.', '`--pmid` (number 3) must be a PMID.'],
  ['pubmed.cite', '`pmids[0]` must be a PMID.', '`pmids` (number 1) must be a PMID.'],
  ['rag.search', 'Leave checkpoint_id out.', 'Leave --checkpoint out.'],
  ['rag.get', 'pubmed.get {"pmids": ["7", "8"]} brings it in.', 'bio-mcp pubmed get 7 8 brings it in.'],
  ['rag.get', 'pubmed.get {"pmids": […]} brings them in', 'bio-mcp pubmed get <pmids...> brings them in'],
  ['rag.get', 'rag.get {"doc_id": "pmid:7"} reads it.', 'bio-mcp get pmid:7 reads it.'],
  ['rag.search', 'pubmed.sync {"term":"a {b} c\'s"} does.', "bio-mcp sync 'a {b} c'\\''s' does."],
  ['corpus.status', 'corpus.status {"fields": ["topics"]} tells', 'bio-mcp status --fields topics tells'],
  ['ping', 'pubmed.sync.incremental, not pubmed.sync.', 'bio-mcp sync --incremental, not bio-mcp sync.'],
  ['ping', 'See https://example.org/rag.get.html.', 'See https://example.org/rag.get.html.'],
];

describe('on the command line a sentence of a tool', () => {
  test('names commands, flags and arguments, and leaves other words alone', () => {
    for (const [tool, text, said] of SAID) assert.equal(say(text, catalogue.get(tool)), said);
  });

  test('reaches a person so, and a program in the words of the tool', async () => {
    await using home = await makeTestHome();
    const run = (...args: string[]) => runCommand(args, home);
    assert.equal(
      (await run('search', 'falls', '--from', '20x')).stderr,
      'bio-mcp: `--from` is no date; write it as YYYY, YYYY-MM or YYYY-MM-DD.\n',
    );
    assert.equal(
      (await run('get', '999')).stderr,
      'bio-mcp: The corpus does not hold pmid:999; bio-mcp pubmed get 999 brings it in.\n',
    );
    assert.match((await run('search', 'falls')).stdout, /bring a topic in with bio-mcp sync\./);
    const { message } = JSON.parse((await run('get', '999', '--json')).stdout);
    assert.match(message, /; pubmed\.get \{"pmids": \["999"\]\} brings it in\./);
  });
});
