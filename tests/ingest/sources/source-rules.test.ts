import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { listSources } from '../../../src/ingest/sources/list-sources.ts';
import { type LoadSettings, resolveSource } from '../../../src/ingest/sources/source-rules.ts';

const NLM: LoadSettings = {
  baseUrl: 'https://ftp.ncbi.nlm.nih.gov/pubmed/',
  hosts: ['ftp.ncbi.nlm.nih.gov'],
  buckets: ['corpus-files'],
  folder: null,
};
const overHttp = (source: string, more: Partial<LoadSettings> = {}) =>
  resolveSource(source, { surface: 'http', settings: { ...NLM, ...more } });
const onCli = (source: string) => resolveSource(source, { surface: 'cli', settings: NLM });

async function refuse(work: Promise<unknown>, why: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof BioMcpError, String(error));
    assert.equal(error.code, 'VALIDATION');
    assert.match(error.hint, why);
    return true;
  });
}

describe('a source over HTTP', () => {
  test("may be NLM's folders by their short names, or wherever the settings say that they are", async () => {
    for (const name of ['baseline', 'updatefiles']) {
      const found = await overHttp(name);
      assert.equal(found.kind === 'remote' && found.url, `https://ftp.ncbi.nlm.nih.gov/pubmed/${name}/`);
    }
    const mirror = await overHttp('baseline', { baseUrl: 'https://mirror.example.org/nlm/' });
    assert.equal(mirror.kind === 'remote' && mirror.url, 'https://mirror.example.org/nlm/baseline/');
  });

  test('may be an https URL on an allowed host, which gets no right to private addresses', async () => {
    const url = 'https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/pubmed26n1335.xml.gz';
    assert.deepEqual(await overHttp(url), {
      kind: 'remote',
      url,
      access: { hosts: NLM.hosts, privateHosts: [] },
    });
  });

  test('may be one file of a folder with a short name, by its name alone', async () => {
    const mirror = await overHttp('updatefiles:pubmed26n1335.xml.gz', {
      baseUrl: 'http://127.0.0.1:8080/nlm/',
    });
    assert.deepEqual(mirror, {
      kind: 'remote',
      url: 'http://127.0.0.1:8080/nlm/updatefiles/pubmed26n1335.xml.gz',
      access: { hosts: [...NLM.hosts, '127.0.0.1:8080'], privateHosts: ['127.0.0.1:8080'] },
      shortName: 'updatefiles',
    });
    for (const name of ['', '../secret.xml', 'a/b.xml', '//evil.example.org/a.xml', 'notes.txt']) {
      await refuse(
        overHttp(`updatefiles:${name}`),
        /^`source`: updatefiles: takes the name of one of its files/,
      );
    }
  });

  test('may be a bucket that the settings name', async () => {
    assert.deepEqual(await overHttp('s3://corpus-files/nlm/updatefiles/'), {
      kind: 'remote',
      url: 's3://corpus-files/nlm/updatefiles/',
      access: { hosts: ['corpus-files'], privateHosts: [] },
    });
  });

  const refused: [source: string, why: RegExp][] = [
    ['https://example.org/', /BIO_MCP_LOAD_HOSTS/],
    ['http://ftp.ncbi.nlm.nih.gov/pubmed/', /https/],
    ['https://ada:secret@ftp.ncbi.nlm.nih.gov/', /user name/],
    ['https://ftp.ncbi.nlm.nih.gov:22/', /BIO_MCP_LOAD_HOSTS/],
    ['https://ftp.ncbi.nlm.nih.gov/?x=1', /no \?/],
    ['https://2130706433/', /BIO_MCP_LOAD_HOSTS/],
    ['https://[::ffff:127.0.0.1]/', /BIO_MCP_LOAD_HOSTS/],
    ['http://169.254.169.254/latest/meta-data/', /https/],
    ['https://', /no valid URL/],
    ['file:///etc/passwd', /file: is none/],
    ['FILE:/etc/passwd', /file: is none/],
    ['ftp://ftp.ncbi.nlm.nih.gov/', /ftp: is none/],
    ['data:text/xml,<x/>', /data: is none/],
    ['s3://other-files/nlm/', /BIO_MCP_LOAD_BUCKETS/],
    ['s3://corpus-files.example/nlm/', /BIO_MCP_LOAD_BUCKETS/],
    ['s3://corpus-files@other-files/', /BIO_MCP_LOAD_BUCKETS/],
    ['s3://', /s3:\/\/bucket\/prefix\//],
    ['s3:///nlm/', /s3:\/\/bucket\/prefix\//],
    ['s3://corpus-files/nlm/?versionId=1', /without \?/],
    ['/etc/passwd', /BIO_MCP_LOAD_DIR is not set/],
    ['../x.xml', /BIO_MCP_LOAD_DIR is not set/],
    ['./baseline', /BIO_MCP_LOAD_DIR is not set/],
  ];
  for (const [source, why] of refused) {
    test(`may not be ${source}`, () => refuse(overHttp(source), why));
  }

  test('may not be an allowed host that is a private address', () =>
    refuse(overHttp('https://10.0.0.1/', { hosts: ['10.0.0.1'] }), /private network/));
});

describe('a path over HTTP', () => {
  let root: string;
  let folder: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'bio-mcp-rules-'));
    folder = join(root, 'files');
    await mkdir(join(folder, 'deep'), { recursive: true });
    await mkdir(join(root, 'files-of-others'));
    await writeFile(join(folder, 'a.xml'), '<PubmedArticleSet/>');
    await writeFile(join(folder, 'deep', 'b.xml'), '<PubmedArticleSet/>');
    await writeFile(join(root, 'files-of-others', 'secret.xml'), 'secret');
    await symlink(join(root, 'files-of-others'), join(folder, 'way-out'));
    await symlink(join(folder, 'a.xml'), join(folder, 'deep', 'inside.xml'));
  });
  after(() => rm(root, { recursive: true }));

  test('may lie in the allowed folder, named from its root or from there', async () => {
    for (const source of ['a.xml', join(folder, 'a.xml'), 'deep/../a.xml', 'deep']) {
      assert.equal((await overHttp(source, { folder })).kind, 'path');
    }
    const found = await overHttp('deep', { folder });
    assert.ok(found.kind === 'path');
    const paths = (await listSources([found])).map(({ path }) => path);
    assert.deepEqual(paths, [join(folder, 'deep', 'b.xml'), join(folder, 'a.xml')]);
  });

  for (const source of [
    '..',
    '../files-of-others/secret.xml',
    '/etc/passwd',
    'way-out',
    'way-out/secret.xml',
    'deep/../..',
  ]) {
    test(`may not lead out of it as ${source} does`, () =>
      refuse(overHttp(source, { folder }), /does not lie in the folder/));
  }

  test('may not lead out by a link inside a folder that is loaded', async () => {
    const link = join(folder, 'deep', 'leak.xml');
    await symlink(join(root, 'files-of-others', 'secret.xml'), link);
    try {
      const found = await overHttp('deep', { folder });
      assert.ok(found.kind === 'path');
      await refuse(listSources([found]), /leak\.xml: .*leads out/);
    } finally {
      await rm(link);
    }
  });

  test('that is not there is told apart only inside the folder', async () => {
    await refuse(overHttp('none.xml', { folder }), /none\.xml: there is no such file/);
    await refuse(overHttp('../none.xml', { folder }), /does not lie in the folder/);
  });
});

describe('a source on the command line', () => {
  test('may be any path, made absolute', async () => {
    assert.deepEqual(await onCli('./baseline'), {
      kind: 'path',
      path: join(process.cwd(), 'baseline'),
      within: null,
    });
  });

  test('may be any https URL, also on a private network that was named outright', async () => {
    const found = await onCli('https://10.1.2.3/pubmed/');
    assert.deepEqual(found, {
      kind: 'remote',
      url: 'https://10.1.2.3/pubmed/',
      access: { hosts: ['ftp.ncbi.nlm.nih.gov', '10.1.2.3'], privateHosts: ['10.1.2.3'] },
    });
  });

  test('may be plain HTTP on this machine alone', async () => {
    assert.equal((await onCli('http://127.0.0.1:8080/pubmed/')).kind, 'remote');
    await refuse(onCli('http://mirror.example.org/pubmed/'), /https/);
  });

  test('may be any bucket of S3', async () => {
    const access = { hosts: ['other-files'], privateHosts: [] };
    assert.deepEqual(await onCli('s3://other-files/nlm/'), {
      kind: 'remote',
      url: 's3://other-files/nlm/',
      access,
    });
    assert.deepEqual(await onCli('s3://other-files'), { kind: 'remote', url: 's3://other-files/', access });
  });
});
