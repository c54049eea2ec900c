import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isTokenText, toTokenHash } from '../../src/access/token-text.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';

const NEVER = { signal: new AbortController().signal };

describe('bio-mcp token', () => {
  test('makes a token, shows it once, lists it without its text and revokes it', async () => {
    await using home = await makeTestHome();
    const run = (...words: string[]) => runCommand(['token', ...words], { env: home.env });

    const made = await run('create', '--name', 'ada', '--scope', 'bio:read,bio:sync', '--expires', '90d');
    assert.equal(made.code, 0, made.stderr);
    const text = made.stdout.trimEnd();
    assert.ok(isTokenText(text));
    assert.equal(made.stderr, '');

    const again = await run('create', '--name', 'ada', '--scope', 'bio:read');
    assert.deepEqual([again.code, again.stdout], [1, '']);
    assert.match(again.stderr, /^bio-mcp: A token called ada is there already: .*token revoke ada/);

    const listed = await run('list', '--json');
    assert.ok(!listed.stdout.includes(text) && !listed.stdout.includes(toTokenHash(text)));
    const { tokens } = JSON.parse(listed.stdout);
    assert.deepEqual(Object.keys(tokens[0]), [
      'name',
      'scopes',
      'created_at',
      'expires_at',
      'revoked_at',
      'last_used',
    ]);
    assert.deepEqual(tokens[0].scopes, ['bio:read', 'bio:sync']);
    const days = (Date.parse(tokens[0].expires_at) - Date.parse(tokens[0].created_at)) / 86_400_000;
    assert.ok(Math.abs(days - 90) < 0.1);
    assert.match(
      (await run('list')).stdout,
      /^ada {2}bio:read,bio:sync {2}made .*, holds until .*, never used\n$/,
    );

    const revoked = await run('revoke', 'ada');
    assert.equal(revoked.code, 0);
    const gone = await run('revoke', 'ada');
    assert.deepEqual([gone.code, gone.stdout], [1, '']);
    assert.match(gone.stderr, /There is no token of that name that holds/);

    const json = await run('create', '--name', 'ada', '--scope', 'bio:admin', '--json');
    const answer = JSON.parse(json.stdout);
    assert.ok(isTokenText(answer.token));
    assert.deepEqual([answer.name, answer.scopes, answer.expires_at], ['ada', ['bio:admin'], null]);

    await using corpus = await home.open();
    const rows = await corpus.services.accessTokens.list(NEVER);
    assert.deepEqual(
      rows.map(({ name, revokedAt }) => [name, revokedAt !== null]),
      [
        ['ada', false],
        ['ada', true],
      ],
    );
    assert.ok(await corpus.services.accessTokens.find(toTokenHash(answer.token), NEVER));
  });

  const wrong: [string[], RegExp][] = [
    [['create', '--name', 'ada'], /--scope/],
    [['create', '--scope', 'bio:read'], /--name/],
    [['create', '--name', 'ada', '--scope', 'bio:write'], /bio:read, bio:sync, bio:admin/],
    [['create', '--name', 'ada', '--scope', ''], /bio:read, bio:sync, bio:admin/],
    [['create', '--name', 'a b', '--scope', 'bio:read'], /1 to 100 letters/],
    [['create', '--name', 'ada', '--scope', 'bio:read', '--expires', '0d'], /90d, 12h, 30m/],
    [['create', '--name', 'ada', '--scope', 'bio:read', '--expires', 'soon'], /90d, 12h, 30m/],
    [['revoke'], /name/],
  ];
  for (const [words, sentence] of wrong) {
    test(`refuses ${words.join(' ')}`, async () => {
      const ended = await runCommand(['token', ...words], { env: { BIO_MCP_DATA_DIR: '/nonexistent' } });
      assert.deepEqual([ended.code, ended.stdout], [2, '']);
      assert.match(ended.stderr, sentence);
    });
  }
});
