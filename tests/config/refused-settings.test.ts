import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { machine, problemsOf } from '../support/config/problems-of.ts';

describe('settings that cannot be used, or should not', () => {
  test('every bad variable is reported at once by name, without its value', () => {
    assert.deepEqual(
      problemsOf({
        BIO_MCP_DATABASE_URL: 'mysql://ada:s3cret@db/corpus',
        BIO_MCP_ARCHIVE_PREFIX: '../elsewhere',
        BIO_MCP_ARCHIVE_COMPRESSION: 'brotli',
        BIO_MCP_ARCHIVE_FSYNC: 'perhaps',
        BIO_MCP_PUBMED_BASE_URL: 'https://ada:s3cret@proxy.example/eutils',
        BIO_MCP_LOAD_HOSTS: 'https://mirror.example/',
        BIO_MCP_PUBMED_API_KEY: 's3 cret',
        BIO_MCP_PUBMED_EMAIL: 'ada',
        BIO_MCP_PUBMED_SHARE: '0',
        BIO_MCP_INGEST_THREADS: '0',
        BIO_MCP_HTTP_PORT: '65536',
        BIO_MCP_LOG_LEVEL: 'loud',
      }),
      [
        'BIO_MCP_DATABASE_URL must be a URL such as postgresql://user:password@host:5432/database.',
        'BIO_MCP_ARCHIVE_PREFIX must be names of letters, digits and . _ = - with single slashes between them, ' +
          'such as pubmed; a name begins with no dot and has at most 200 characters, all together have at most 900.',
        'BIO_MCP_ARCHIVE_COMPRESSION must be one of zstd, gzip.',
        'BIO_MCP_ARCHIVE_FSYNC must be one of true, 1, yes, on, y, enabled, false, 0, no, off, n, disabled.',
        'BIO_MCP_PUBMED_BASE_URL must be an http or https URL without user, password, ? and #.',
        'BIO_MCP_PUBMED_API_KEY must be 5 to 128 letters, digits and underscores.',
        'BIO_MCP_PUBMED_EMAIL must be an e-mail address.',
        'BIO_MCP_PUBMED_SHARE must be a number above 0 and at most 1, such as 0.5.',
        'BIO_MCP_LOAD_HOSTS must be hosts, such as ftp.ncbi.nlm.nih.gov, with commas between them.',
        'BIO_MCP_INGEST_THREADS must be at least 1.',
        'BIO_MCP_HTTP_PORT must be at most 65535.',
        'BIO_MCP_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent.',
      ],
    );
  });

  for (const prefix of ['.hidden', 'a/.b', 'a//b', '/a', 'a/', 'pä', 'a'.repeat(201), 'ab/'.repeat(301)]) {
    test(`a prefix of ${prefix.slice(0, 20)} is refused: no key of an archive begins so`, () => {
      assert.match(
        problemsOf({ BIO_MCP_ARCHIVE_PREFIX: prefix })[0] ?? '',
        /^BIO_MCP_ARCHIVE_PREFIX must be names/,
      );
    });
  }

  for (const port of ['http', '80.5', '-1', '0x50', '1e3']) {
    test(`a port of ${port} is refused`, () => {
      assert.deepEqual(problemsOf({ BIO_MCP_HTTP_PORT: port }), [
        'BIO_MCP_HTTP_PORT must be a whole number.',
      ]);
    });
  }

  test('the openai embedder asks for a key, unless it is another service', () => {
    const sentence =
      'BIO_MCP_OPENAI_API_KEY is required with BIO_MCP_EMBEDDER=openai, unless BIO_MCP_OPENAI_BASE_URL names another service.';
    assert.deepEqual(problemsOf({ BIO_MCP_EMBEDDER: 'openai' }), [sentence]);
    const own = { BIO_MCP_EMBEDDER: 'openai', BIO_MCP_OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' };
    assert.deepEqual(parseConfig(own, machine, TOOLS).embedder, {
      kind: 'openai',
      baseUrl: 'http://127.0.0.1:8000/v1',
      model: 'text-embedding-3-small',
      apiKey: null,
      dimensions: null,
    });
  });

  test('a message queue asks for PostgreSQL and for its dead-letter queue, and is no FIFO queue', () => {
    const queue = { BIO_MCP_JOBS_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs' };
    assert.deepEqual(problemsOf(queue), [
      'BIO_MCP_JOBS_QUEUE_URL needs BIO_MCP_DATABASE_URL, since the embedded database serves one process.',
      'BIO_MCP_JOBS_DLQ_URL is required with BIO_MCP_JOBS_QUEUE_URL: the dead-letter queue.',
    ]);
    for (const end of ['.fifo', '.fifo/', '.fifo?Version=2012-11-05']) {
      assert.deepEqual(problemsOf({ BIO_MCP_JOBS_DLQ_URL: `${queue.BIO_MCP_JOBS_QUEUE_URL}${end}` }), [
        'BIO_MCP_JOBS_DLQ_URL must be the URL of a standard queue of SQS, such as https://sqs.eu-west-1.amazonaws.com/123456789012/jobs, and no FIFO queue.',
      ]);
    }
  });

  test('a dead-letter queue that is the queue itself is refused', () => {
    const url = 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs';
    const database = { BIO_MCP_DATABASE_URL: 'postgres://db/corpus' };
    for (const end of ['', '/']) {
      const queues = { BIO_MCP_JOBS_QUEUE_URL: url, BIO_MCP_JOBS_DLQ_URL: `${url}${end}` };
      assert.deepEqual(problemsOf({ ...database, ...queues }), [
        'BIO_MCP_JOBS_DLQ_URL must be another queue than BIO_MCP_JOBS_QUEUE_URL: what is no job would come back from it for ever.',
      ]);
    }
  });

  for (const name of ['BIO_MCP_WEAVIATE_API_KEY', 'BIO_MCP_OPENAI_API_KEY', 'BIO_MCP_TOKEN']) {
    test(`${name} is refused where no header takes it, and is not told`, () => {
      for (const value of ['s3\ncret', 's3cr\u00e9t', 's3 cret']) {
        assert.deepEqual(problemsOf({ [name]: value }), [
          `${name} must be printable ASCII characters without spaces.`,
        ]);
      }
    });

    test(`${name} may be as long as a token with many roles, and of any signs that a header takes`, () => {
      for (const value of ['!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'e'.repeat(12_000)]) {
        parseConfig({ [name]: value }, machine, TOOLS);
      }
    });
  }

  test('a share is a number above 0 and at most 1, with as many digits as it was reckoned out to', () => {
    for (const [value, share] of [
      ['0.3333333333333333', 1 / 3],
      ['.5', 0.5],
      ['0.000001', 0.000_001],
      ['1', 1],
      ['1.0', 1],
    ] as const) {
      assert.equal(parseConfig({ BIO_MCP_PUBMED_SHARE: value }, machine, TOOLS).pubmed.share, share);
    }
    for (const value of ['0', '0.0', '0.00000001', '1.01', '-0.5', '1e-1', 'half', '50%']) {
      assert.deepEqual(problemsOf({ BIO_MCP_PUBMED_SHARE: value }), [
        'BIO_MCP_PUBMED_SHARE must be a number above 0 and at most 1, such as 0.5.',
      ]);
    }
  });

  test('a data folder of whose path a variable was not filled in is refused', () => {
    for (const path of ['$HOME/corpus', '%APPDATA%\\corpus', '~ada/corpus']) {
      assert.deepEqual(problemsOf({ BIO_MCP_DATA_DIR: path }), [
        'BIO_MCP_DATA_DIR must be a whole path: ~/ at its start is your home folder, and no variable is filled in.',
      ]);
    }
    assert.deepEqual(problemsOf({ BIO_MCP_DATA_DIR: '~/a$b' }), []);
  });

  test('quotes that a file of settings leaves around a value are named, whether it can be used or not', () => {
    const sentence = (name: string) =>
      `${name} has quotes around its value, which count as part of it: take them out.`;
    assert.deepEqual(problemsOf({ BIO_MCP_HTTP_PORT: '"8080"' }), [
      'BIO_MCP_HTTP_PORT must be a whole number.',
      sentence('BIO_MCP_HTTP_PORT'),
    ]);
    assert.deepEqual(parseConfig({ BIO_MCP_DATA_DIR: "'/srv/corpus'" }, machine, TOOLS).warnings, [
      sentence('BIO_MCP_DATA_DIR'),
    ]);
  });

  test('a host to listen on is one without what an URL has around it', () => {
    for (const host of ['http://127.0.0.1', '127.0.0.1:8080', 'localhost:8080', '[::1]', 'here there']) {
      assert.deepEqual(problemsOf({ BIO_MCP_HTTP_HOST: host }), [
        'BIO_MCP_HTTP_HOST must be an address or a name of this machine without scheme, port and brackets, such as 127.0.0.1 or ::1.',
      ]);
    }
    for (const host of ['0.0.0.0', '::', 'fe80::1%eth0', '::ffff:10.0.0.1', 'bio_mcp-1.internal.']) {
      assert.equal(parseConfig({ BIO_MCP_HTTP_HOST: host }, machine, TOOLS).http.host, host);
    }
  });

  for (const gates of ['archives', 'database,,index', ',', 'migrations', 'database;index']) {
    test(`checks of readiness named "${gates}" are refused`, () => {
      assert.deepEqual(problemsOf({ BIO_MCP_READY_GATES: gates }), [
        'BIO_MCP_READY_GATES must be one or more of database, index, archive, queue, with commas between them.',
      ]);
    });
  }

  test('a message queue that is none holds nothing back, which is a warning', () => {
    assert.deepEqual(parseConfig({ BIO_MCP_READY_GATES: 'database,queue' }, machine, TOOLS).warnings, [
      'BIO_MCP_READY_GATES names queue, which has no effect without BIO_MCP_JOBS_QUEUE_URL.',
    ]);
  });

  test('the onnx embedder asks for its model', () => {
    const sentence = 'BIO_MCP_ONNX_MODEL is required with BIO_MCP_EMBEDDER=onnx: a folder or a model id.';
    assert.deepEqual(problemsOf({ BIO_MCP_EMBEDDER: 'onnx' }), [sentence]);
  });

  test('an unknown variable is a warning with the nearest name, and another program’s variable is none', () => {
    const env = { BIO_MCP_HTP_PORT: '1', BIO_MCP_QDRANT_URL: 'http://localhost', HTTP_PORT: '2' };
    assert.deepEqual(parseConfig(env, machine, TOOLS).warnings, [
      'BIO_MCP_HTP_PORT is no setting of this release and has no effect. Did you mean BIO_MCP_HTTP_PORT?',
      'BIO_MCP_QDRANT_URL is no setting of this release and has no effect.',
    ]);
  });
});
