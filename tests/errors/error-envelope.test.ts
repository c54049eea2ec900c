import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BioMcpError, ERROR_CODES, type ErrorCode, NotFoundError } from '../../src/errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../src/errors/error-envelope.ts';
import { PubmedError } from '../../src/errors/pubmed-error.ts';

const call = { traceId: 'a'.repeat(32), tool: 'rag.get' };

describe('the error envelope', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    test(`${code} has the status of the table, and a wait where it may pass, and with each 429 and 503`, () => {
      const { httpStatus, retryable }: { httpStatus: number; retryable: boolean } = ERROR_CODES[code];
      const { status, body, retryAfterSeconds } = toErrorEnvelope(new BioMcpError(code, 'Do this.'), call);
      assert.equal(status, httpStatus);
      assert.equal(body.error_code, code);
      assert.equal(retryAfterSeconds !== null, retryable || httpStatus === 429 || httpStatus === 503);
    });
  }

  test('carries the hint and never the operator’s message', () => {
    const error = new BioMcpError('ARCHIVE_UNAVAILABLE', 'The archive cannot be read.', {
      message: 'EACCES /srv/x',
    });
    assert.deepEqual(toErrorEnvelope(error, call).body, {
      ok: false,
      error_code: 'ARCHIVE_UNAVAILABLE',
      message: 'The archive cannot be read.',
      trace_id: call.traceId,
      tool: 'rag.get',
    });
  });

  test('passes on how long PubMed asks to wait', () => {
    const error = (retryAfterMs: number) =>
      new PubmedError('PUBMED_RATE_LIMITED', { message: 'HTTP 429', retryAfterMs });
    assert.equal(toErrorEnvelope(error(7_001), call).retryAfterSeconds, 8);
    assert.equal(toErrorEnvelope(error(0), call).retryAfterSeconds, 1);
  });

  test('keeps the code of a class of ours', () => {
    assert.equal(toErrorEnvelope(new NotFoundError('Not there.'), call).body.error_code, 'NOT_FOUND');
  });

  for (const thrown of [
    new Error('secret'),
    new TypeError('secret'),
    'secret',
    undefined,
    { code: 'NOT_FOUND' },
  ]) {
    test(`${String(thrown)} is INTERNAL and tells nothing of itself`, () => {
      const { status, body } = toErrorEnvelope(thrown, call);
      assert.equal(status, 500);
      assert.equal(body.error_code, 'INTERNAL');
      assert.doesNotMatch(JSON.stringify(body), /secret/);
    });
  }

  test('what a caller sent as half of a sign is no part of the answer', () => {
    const error = new BioMcpError('VALIDATION', 'Unknown parameter `\ud83d`.');
    const { message, tool } = toErrorEnvelope(error, { ...call, tool: 'p\udc00' }).body;
    assert.deepEqual([message, tool], ['Unknown parameter `\ufffd`.', 'p\ufffd']);
  });
});
