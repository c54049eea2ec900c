import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type EnvelopeContent, openEnvelope, sealEnvelope } from '../../src/archive/envelope.ts';
import { findPmid, toSha256 } from '../../src/domain/ids.ts';

function partsOf(payload: Uint8Array): EnvelopeContent {
  return {
    pmid: findPmid('12345678'),
    fetchedAt: '2026-03-01T09:30:00.125Z',
    source: { api: 'eutils', endpoint: 'efetch', params: { db: 'pubmed', retmode: 'xml' } },
    http: { status: 200, etag: '"π-1"' },
    payload,
    contentHash: toSha256(hash('sha256', payload)),
  };
}

function toObject(sealed: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(sealed).toString('utf8'));
}

const AWKWARD_PAYLOADS: Record<string, Buffer> = {
  'nothing at all': Buffer.alloc(0),
  'a byte order mark at the start and inside': Buffer.from('\uFEFF<a>\uFEFF</a>'),
  'every kind of line end': Buffer.from('<a>\r\n\r\n\n\u2028\u2029\u0085</a>'),
  'control characters, quotes and backslashes': Buffer.from('\u0000\u0001\u001f"\\\\u0041\t\b\f\u007f'),
  'characters beyond the basic plane': Buffer.from('<a>𝛼😀\u{10ffff}</a>'),
  'a lone byte that is no UTF-8': Buffer.from([0x3c, 0xff, 0x3e]),
  'a surrogate written as three bytes': Buffer.from([0xed, 0xa0, 0x80]),
  'an overlong slash': Buffer.from([0xc0, 0xaf]),
  'a character cut in the middle': Buffer.from('é').subarray(0, 1),
};

describe('envelope', () => {
  test('has the keys of the contract in their order', () => {
    const payload = Buffer.from('<PubmedArticle>é</PubmedArticle>');

    assert.equal(
      Buffer.from(sealEnvelope(partsOf(payload))).toString('utf8'),
      '{"pmid":"12345678","fetched_at":"2026-03-01T09:30:00.125Z",' +
        '"source":{"api":"eutils","endpoint":"efetch","params":{"db":"pubmed","retmode":"xml"}},' +
        '"http":{"status":200,"etag":"\\"π-1\\""},"payload_format":"pubmed-xml",' +
        '"payload":"<PubmedArticle>é</PubmedArticle>",' +
        `"hash":{"algo":"sha256","value":"${hash('sha256', payload)}"},"version":1}`,
    );
  });

  for (const [name, payload] of Object.entries(AWKWARD_PAYLOADS)) {
    test(`gives ${name} back byte for byte`, () => {
      const opened = openEnvelope(sealEnvelope(partsOf(payload)));
      assert.deepEqual(Buffer.from(opened.payloadBytes), payload);
    });
  }

  test('gives any bytes back, and writes text as a JSON encoder of strings would', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }).map(Buffer.from));
    fc.assert(
      fc.property(bytes, (payload) => {
        const sealed = sealEnvelope(partsOf(payload));
        assert.deepEqual(Buffer.from(openEnvelope(sealed).payloadBytes), Buffer.from(payload));
        assert.deepEqual(Buffer.from(JSON.stringify(toObject(sealed))), Buffer.from(sealed));
      }),
    );
  });

  test('says base64 only where the payload is not UTF-8', () => {
    const text = toObject(sealEnvelope(partsOf(Buffer.from('é'))));
    const binary = toObject(sealEnvelope(partsOf(Buffer.of(0xff))));

    assert.equal('payload_encoding' in text, false);
    assert.deepEqual([binary.payload, binary.payload_encoding], ['/w==', 'base64']);
    assert.deepEqual(Object.keys(binary).slice(5, 8), ['payload', 'payload_encoding', 'hash']);
  });

  test('is opened although another program escaped its characters', () => {
    const sealed = Buffer.from(sealEnvelope(partsOf(Buffer.from('é😀')))).toString('utf8');
    const escaped = sealed.replace('é😀', '\\u00e9\\ud83d\\ude00');
    assert.equal(Buffer.from(openEnvelope(Buffer.from(escaped)).payloadBytes).toString(), 'é😀');
  });

  test('takes a record without PMID', () => {
    assert.equal(openEnvelope(sealEnvelope({ ...partsOf(Buffer.from('x')), pmid: null })).pmid, null);
  });

  const spoiled: [string, (envelope: Record<string, unknown>) => unknown, RegExp][] = [
    ['another payload', (e) => ({ ...e, payload: 'other' }), /object here holds a payload with SHA-256/],
    [
      'another hash',
      (e) => ({ ...e, hash: { algo: 'sha256', value: '0'.repeat(64) } }),
      /not 0{64} as it says/,
    ],
    ['a version from the future', (e) => ({ ...e, version: 2 }), /version has the wrong form/],
    ['no PMID', (e) => ({ ...e, pmid: '0x1' }), /pmid has the wrong form/],
    ['no date', (e) => ({ ...e, fetched_at: 'yesterday' }), /fetched_at has the wrong form/],
    ['a day that never was', (e) => ({ ...e, fetched_at: '2026-02-30T09:30:00Z' }), /fetched_at has the/],
    ['no time zone', (e) => ({ ...e, fetched_at: '2026-03-01T09:30:00' }), /fetched_at has the wrong form/],
    ['no source', ({ source: _, ...e }) => e, /: source has the wrong form/],
    ['a source without params', (e) => ({ ...e, source: { api: 'a', endpoint: 'b' } }), /source\.params has/],
    [
      'a parameter that is a list',
      (e) => ({ ...e, source: { api: 'a', endpoint: 'b', params: { ids: [1] } } }),
      /source\.params has the wrong form/,
    ],
    [
      'half a status',
      (e) => ({ ...e, http: { status: 200.5, etag: null } }),
      /http\.status has the wrong form/,
    ],
    ['another format', (e) => ({ ...e, payload_format: 'json' }), /payload_format has the wrong form/],
    ['another encoding', (e) => ({ ...e, payload_encoding: null }), /payload_encoding has the wrong form/],
    ['another sum', (e) => ({ ...e, hash: { algo: 'md5', value: 'x' } }), /hash\.algo has the wrong form/],
    [
      'half a hash',
      (e) => ({ ...e, hash: { algo: 'sha256', value: 'ab' } }),
      /hash\.value has the wrong form/,
    ],
    ['a payload that is no text', (e) => ({ ...e, payload: 7 }), /payload has the wrong form/],
    ['a list instead of an envelope', () => [], /it has the wrong form/],
  ];
  for (const [name, spoil, message] of spoiled) {
    test(`with ${name} is refused as corrupt, and the message says why`, () => {
      const envelope = toObject(sealEnvelope(partsOf(Buffer.from('payload'))));
      const json = Buffer.from(JSON.stringify(spoil(envelope)));
      assert.throws(() => openEnvelope(json, 'here'), { code: 'ARCHIVE_CORRUPT', message });
    });
  }

  test('cut off anywhere is refused as corrupt', () => {
    const sealed = sealEnvelope(partsOf(Buffer.from('<a>é</a>')));
    for (let length = 0; length < sealed.length; length++) {
      assert.throws(() => openEnvelope(sealed.subarray(0, length)), { code: 'ARCHIVE_CORRUPT' });
    }
  });
});
