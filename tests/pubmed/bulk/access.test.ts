import assert from 'node:assert/strict';
import type { LookupAddress, lookup as systemLookup } from 'node:dns';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { checkTarget } from '../../../src/pubmed/bulk/bulk-target.ts';
import { isPublicAddress } from '../../../src/pubmed/bulk/public-address.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';
import { makeClient, NEVER, named } from './bulk-client.ts';

const NLM = { hosts: ['ftp.ncbi.nlm.nih.gov'], privateHosts: [] };

describe('an address', () => {
  const special = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'localhost',
    '',
  ];
  for (const address of special) {
    test(`${address || '(nothing)'} is not public`, () => assert.equal(isPublicAddress(address), false));
  }
  for (const address of ['130.14.250.7', '172.32.0.1', '2607:f220:41e:250::7', '64:ff9b::820e:fa07']) {
    test(`${address} is public`, () => assert.equal(isPublicAddress(address), true));
  }
});

describe('a target', () => {
  const refused: [url: string, why: RegExp][] = [
    ['http://ftp.ncbi.nlm.nih.gov/pubmed/', /https/],
    ['ftp://ftp.ncbi.nlm.nih.gov/pubmed/', /https/],
    ['file:///etc/passwd', /https/],
    ['https://ftp.ncbi.nlm.nih.gov:8443/pubmed/', /BIO_MCP_LOAD_HOSTS/],
    ['https://ftp.ncbi.nlm.nih.gov.example.org/', /BIO_MCP_LOAD_HOSTS/],
    ['https://example.org/', /BIO_MCP_LOAD_HOSTS/],
    ['https://ada@ftp.ncbi.nlm.nih.gov/', /user name/],
    ['https://ftp.ncbi.nlm.nih.gov@127.0.0.1/', /user name/],
    ['https://127.0.0.1/', /BIO_MCP_LOAD_HOSTS/],
  ];
  for (const [url, why] of refused) {
    test(`${url} is refused`, () => {
      assert.throws(
        () => checkTarget(new URL(url), NLM),
        (error) => error instanceof BioMcpError && error.code === 'VALIDATION' && why.test(error.hint),
      );
    });
  }

  test('on a private network is refused in every way of writing it, even where the host is allowed', () => {
    const written = [
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://0x7f.1/',
      'https://0177.0.0.1/',
      'https://127.1/',
      'https://[::1]/',
      'https://[::ffff:127.0.0.1]/',
      'https://[::ffff:a9fe:a9fe]/',
      'https://169.254.169.254/',
      'https://10.0.0.1/',
    ];
    for (const text of written) {
      const url = new URL(text);
      const access = { hosts: [url.host], privateHosts: [] };
      assert.throws(() => checkTarget(url, access), /private network/, text);
      assert.doesNotThrow(() => checkTarget(url, { ...access, privateHosts: [url.host] }), text);
    }
  });

  test('in plain HTTP is allowed on this machine alone, and only where it was named', () => {
    for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']) {
      const url = new URL(`http://${host}/`);
      assert.doesNotThrow(() => checkTarget(url, named(url.href)));
      assert.throws(() => checkTarget(url, { hosts: [host], privateHosts: [] }), /https/);
    }
    for (const host of ['example.org', '10.0.0.1']) {
      const url = new URL(`http://${host}/`);
      assert.throws(() => checkTarget(url, named(url.href)), /https/);
    }
  });
});

describe('a connection', () => {
  /** Answers the addresses in turn, as a name server does that changes its mind. */
  function answering(...answers: LookupAddress[][]) {
    const asked: string[] = [];
    const lookup = (
      hostname: string,
      _options: unknown,
      callback: (error: null, found: LookupAddress[]) => void,
    ) => {
      asked.push(hostname);
      callback(null, answers[Math.min(asked.length, answers.length) - 1] ?? []);
    };
    return { lookup: lookup as typeof systemLookup, asked }; // the one form of it that is called
  }
  const publicAddress = { address: '130.14.250.7', family: 4 };
  const loopback = { address: '127.0.0.1', family: 4 };

  for (const addresses of [
    [loopback],
    [publicAddress, loopback],
    [{ address: '::ffff:10.0.0.1', family: 6 }],
  ]) {
    test(`to a name with the address ${addresses.map(({ address }) => address)} is refused when it is made`, async () => {
      const { lookup } = answering(addresses);
      const { client, pauses } = makeClient({ lookup });
      using connection = client.open(NLM);
      await assert.rejects(
        connection.list('https://ftp.ncbi.nlm.nih.gov/pubmed/baseline/', NEVER),
        (error) => error instanceof BioMcpError && error.code === 'VALIDATION' && /private/.test(error.hint),
      );
      assert.deepEqual(pauses, []);
    });
  }

  test('to a name that changes its answer between two questions reaches no private address', async () => {
    await using server = await startNlmFolderServer();
    const port = Number(new URL(server.url).port);
    const { lookup, asked } = answering([loopback]);
    const { client } = makeClient({ lookup });
    using connection = client.open({ hosts: [`mirror.example.org:${port}`], privateHosts: [] });
    await assert.rejects(connection.list(`https://mirror.example.org:${port}/pubmed/`, NEVER), /private/);
    assert.deepEqual(asked, ['mirror.example.org']);
    assert.deepEqual(server.requests, []);
  });

  const elsewhere = [
    'http://169.254.169.254/latest/meta-data/',
    'https://example.org/',
    'file:///etc/passwd',
  ];
  for (const to of elsewhere) {
    test(`does not follow a redirect to ${to}`, async () => {
      await using server = await startNlmFolderServer();
      server.fail('baseline/', { kind: 'redirect', to });
      const { client, pauses } = makeClient();
      using connection = client.open(named(server.url));
      await assert.rejects(
        connection.list(`${server.url}baseline/`, NEVER),
        (error) => error instanceof BioMcpError && error.code === 'VALIDATION',
      );
      assert.deepEqual(pauses, []);
    });
  }

  test('asks no more once NCBI redirects to its page for blocked callers', async () => {
    await using server = await startNlmFolderServer();
    server.fail('baseline/', { kind: 'redirect', to: 'https://misuse.ncbi.nlm.nih.gov/error/abuse.shtml' });
    const { client, pauses } = makeClient();
    using connection = client.open(named(server.url));
    await assert.rejects(connection.list(`${server.url}baseline/`, NEVER), { code: 'PUBMED_BLOCKED' });
    assert.deepEqual([server.requests.length, pauses], [1, []]);
  });

  test('does not follow a redirect to another server of this machine that nobody named', async () => {
    await using server = await startNlmFolderServer();
    await using other = await startNlmFolderServer();
    other.put('baseline/pubmed26n0001.xml.gz', Buffer.from('x'));
    server.fail('baseline/', { kind: 'redirect', to: `${other.url}baseline/` });
    const { client } = makeClient();
    using connection = client.open(named(server.url));
    await assert.rejects(connection.list(`${server.url}baseline/`, NEVER), /https|BIO_MCP_LOAD_HOSTS/);
    assert.deepEqual(other.requests, []);
  });

  test('gives up a redirect that goes in a circle', async () => {
    await using server = await startNlmFolderServer();
    const round = { kind: 'redirect', to: `${server.url}baseline/` } as const;
    server.fail('baseline/', ...Array(10).fill(round));
    const { client } = makeClient();
    using connection = client.open(named(server.url));
    await assert.rejects(connection.list(`${server.url}baseline/`, NEVER), /redirects without end/);
    assert.equal(server.requests.length, 6);
  });
});
