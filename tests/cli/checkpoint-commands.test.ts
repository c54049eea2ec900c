import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/;

describe('bio-mcp checkpoint', () => {
  let home: TestHome;
  const run = (...args: string[]) => runCommand(args, home);
  const load = async (name: string, ...items: string[]) => {
    const { code, stderr } = await run('load', await home.write(name, setXml(...items)));
    assert.equal(code, 0, stderr);
  };
  before(async () => {
    home = await makeTestHome();
    await load('first.xml', articleXml({ pmid: 7, title: 'Aspirin.' }));
  });
  after(() => home[Symbol.asyncDispose]());

  async function create(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await run('checkpoint', 'create', ...args);
    assert.equal(code, 0, stderr);
    const id = UUID.exec(stdout)?.[0];
    assert.ok(id !== undefined, stdout);
    return id;
  }

  test('what was frozen is listed, compared, searched and read as it was, and given up child first', async () => {
    assert.match((await run('checkpoint', 'list')).stdout, /^There is no checkpoint yet/);
    const first = await create('Aspirin,', 'March', '-q', 'What does aspirin do?', '-d', 'For the board');
    const shown = (await run('checkpoint', 'get', first)).stdout;
    assert.match(shown, /^name +Aspirin, March$/m);
    assert.match(shown, /^documents +1$/m);
    assert.match(shown, /^description +For the board$/m);
    assert.match(shown, /^answers +What does aspirin do\?$/m);

    assert.equal(
      (await run('checkpoint', 'diff', first)).stdout,
      'No difference: the same documents in the same revisions.\n',
    );
    await load(
      'second.xml',
      articleXml({ pmid: 7, title: 'Aspirin, corrected.' }),
      articleXml({ pmid: 8, title: 'Aspirin and more.' }),
    );
    const second = await create('Aspirin, April', '--parent', first);
    const forward =
      '1 entered\n  pmid:8 Aspirin and more.\n1 changed\n  pmid:7 Aspirin, corrected.\n0 left\n';
    assert.equal((await run('checkpoint', 'diff', first, second)).stdout, forward);
    assert.equal((await run('checkpoint', 'diff', first)).stdout, forward);
    assert.equal(
      (await run('checkpoint', 'diff', second, first)).stdout,
      '0 entered\n1 changed\n  pmid:7 Aspirin.\n1 left\n  pmid:8 Aspirin and more.\n',
    );
    const page = (await run('checkpoint', 'diff', first, second, '-n', '1')).stdout;
    const cursor = /--cursor (\S+)\n$/.exec(page)?.[1];
    assert.ok(cursor !== undefined, page);
    assert.match(
      (await run('checkpoint', 'diff', first, second, '--cursor', cursor)).stdout,
      /^1 entered\n {2}pmid:8 Aspirin and more\.\n0 of 1 changed\n0 left\n$/,
    );

    assert.match((await run('search', 'aspirin', '--checkpoint', first)).stdout, /^1\. Aspirin\.\n/);
    const old = (await run('get', 'pmid:7', '--checkpoint', first)).stdout;
    assert.match(old, /^Aspirin\.\n[\s\S]*\nrevision +1\n/);
    const searched = (await run('search', 'aspirin', '--checkpoint', first)).stdout;
    const hash = /sha256 +([0-9a-f]{64})/;
    assert.equal(hash.exec(searched)?.[1], hash.exec(old)?.[1], 'the raw record is that of the revision');
    assert.match((await run('get', 'pmid:7')).stdout, /^Aspirin, corrected\.\n/);

    const list = (await run('checkpoint', 'list')).stdout;
    assert.ok(list.indexOf(second) < list.indexOf(first) && list.indexOf(second) > 0, list);
    const refused = await run('checkpoint', 'delete', first);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /is the parent of "Aspirin, April"/);
    assert.equal((await run('checkpoint', 'delete', second)).code, 0);
    assert.match((await run('checkpoint', 'delete', first)).stdout, /^Deleted\./);
    assert.match((await run('checkpoint', 'list')).stdout, /^There is no checkpoint yet/);
  });

  test('an id that is none is wrong usage, and one of no checkpoint a failure', async () => {
    const malformed = await run('checkpoint', 'get', 'march');
    assert.deepEqual([malformed.code, malformed.stdout], [2, '']);
    assert.match(malformed.stderr, /checkpoint_id.*UUID/);
    const unknown = await run('checkpoint', 'diff', '00000000-0000-4000-8000-000000000000');
    assert.deepEqual([unknown.code, unknown.stdout], [1, '']);
    assert.match(unknown.stderr, /There is no checkpoint 00000000/);
  });
});
