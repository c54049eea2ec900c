import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isWholePage, parseFolderIndex } from '../../../src/pubmed/bulk/folder-index.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';
import { makeClient, NEVER, named } from './bulk-client.ts';

const FOLDER = new URL('https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/');
const list = (html: string) => parseFolderIndex(html, FOLDER).map(({ name }) => name);

describe('an index page', () => {
  test('gives the files in the order in which they apply, years before numbers', () => {
    const names = [
      'pubmed27n0001.xml.gz',
      'pubmed26n10000.xml.gz',
      'extra.xml',
      'pubmed26n1335.xml.gz',
      'pubmed26n0001.xml.gz',
    ];
    assert.deepEqual(list(names.map((name) => `<a href="${name}">${name}</a>`).join('\n')), [
      'pubmed26n0001.xml.gz',
      'pubmed26n1335.xml.gz',
      'pubmed26n10000.xml.gz',
      'pubmed27n0001.xml.gz',
      'extra.xml',
    ]);
  });

  test('is read in whatever form its links are', () => {
    const html = `<A HREF='pubmed26n0001.xml.gz'>x</A> <a class=f href=pubmed26n0002.xml.gz>x</a>
      <a href="/pubmed/updatefiles/pubmed26n0003.xml.gz">x</a> <a href="./pubmed26n0004.xml.gz">x</a>
      <a href="https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/pubmed26n0005.xml.gz">x</a>
      <a href="pubmed26n0005.xml.gz">again</a>`;
    assert.equal(list(html).length, 5);
  });

  test('leads nowhere but to files of the folder', () => {
    const links = [
      '?C=N;O=D',
      '/pubmed/',
      '../baseline/pubmed26n0001.xml.gz',
      'deeper/pubmed26n0001.xml.gz',
      'https://example.org/pubmed/updatefiles/pubmed26n0001.xml.gz',
      'file:///etc/pubmed26n0001.xml',
      '..%2f..%2fpubmed26n0001.xml',
      'pubmed26n0001.xml.gz.md5',
      'pubmed26n0001_stats.html',
      'pubmed26n0001.xml.gz?x=1',
      'javascript:alert(1)',
      'http://[',
    ];
    assert.deepEqual(list(links.map((link) => `<a href="${link}">x</a>`).join('\n')), []);
  });

  test('that was cut off is told from a whole one', () => {
    assert.ok(!isWholePage('<!DOCTYPE html>\n<html><body><a href="pubmed26n0001.xml.gz">'));
    assert.ok(isWholePage('<html><body></body></html>\n'));
    assert.ok(isWholePage('<pre><a href="pubmed26n0001.xml.gz">x</a></pre>'));
  });

  test('is asked for again where it was cut off, and a folder without a slash at its end is found', async () => {
    await using server = await startNlmFolderServer();
    server.put('baseline/pubmed26n0001.xml.gz', Buffer.from('x'));
    const redirect = { kind: 'redirect', to: `${server.url}baseline/` } as const;
    server.fail('baseline', redirect, redirect);
    server.fail('baseline/', { kind: 'body', body: '<html><body><pre>' });
    const { client, pauses } = makeClient();
    using connection = client.open(named(server.url));
    const files = await connection.list(`${server.url}baseline`, NEVER);
    assert.deepEqual(files, [
      { name: 'pubmed26n0001.xml.gz', url: `${server.url}baseline/pubmed26n0001.xml.gz` },
    ]);
    assert.deepEqual(pauses, [1000]);
  });

  test('without files is refused by its name', async () => {
    await using server = await startNlmFolderServer();
    server.put('baseline/README.txt', Buffer.from('x'), { md5: null });
    const { client } = makeClient();
    using connection = client.open(named(server.url));
    await assert.rejects(
      connection.list(`${server.url}baseline/`, NEVER),
      /lists no \.xml or \.xml\.gz file/,
    );
    await assert.rejects(connection.list(`${server.url}nothing/`, NEVER), /no such file or folder/);
  });
});
