import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { compress, decompress } from '../../src/archive/compression.ts';
import type { Compression } from '../../src/domain/corpus/archive-key.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';

const FORMS: Compression[] = ['zstd', 'gzip'];
const TEXT = Buffer.from(
  JSON.stringify(Array.from({ length: 400 }, (_, index) => `word ${(index * index) % 97}`)),
);

for (const form of FORMS) {
  describe(`compression by ${form}`, () => {
    test('gives any bytes back', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
          assert.deepEqual(Buffer.from(decompress(compress(bytes, form), 'x')), Buffer.from(bytes));
        }),
      );
    });

    test('what packs to half its size or nearly is one whole object, to the byte', () => {
      // Hexadecimal digits hold half a byte each: somewhere in this range a result ends where a chunk
      // of it does.
      const digits = Array.from({ length: 80 }, (_, at) =>
        createHash('sha512').update(`${at}`).digest('hex'),
      );
      const text = Buffer.from(digits.join(''));
      for (let length = 1_500; length < text.length; length++) {
        const bytes = text.subarray(0, length);
        assert.ok(bytes.equals(decompress(compress(bytes, form), `${length} digits`)));
      }
    });

    test('one flipped bit, wherever it is, is noticed or changes nothing', () => {
      const packed = compress(TEXT, form);
      let noticed = 0;
      for (let bit = 0; bit < packed.length * 8; bit++) {
        const bytes = Buffer.from(packed);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        const found = tryDecompress(bytes);
        if (found === null) noticed += 1;
        else assert.ok(found.equals(TEXT), `bit ${bit}`);
      }
      assert.ok(noticed > packed.length * 7);
    });

    test('an object cut off anywhere is refused', () => {
      const packed = compress(TEXT, form);
      for (let length = 0; length < packed.length; length++) {
        assert.equal(tryDecompress(packed.subarray(0, length)), null);
      }
    });

    test('bytes after the end are refused', () => {
      assert.equal(tryDecompress(Buffer.concat([compress(TEXT, form), Buffer.from('junk')])), null);
    });

    test('an object that unpacks to more than allowed is refused before it takes the memory', () => {
      const bomb =
        form === 'zstd' ? zstdCompressSync(Buffer.alloc(20_000_000)) : gzipSync(Buffer.alloc(20_000_000));
      assert.throws(() => decompress(bomb, 'pubmed/raw/bomb', 1_000_000), {
        code: 'ARCHIVE_CORRUPT',
        message: 'the archived object pubmed/raw/bomb unpacks to more than 1000000 bytes',
      });
    });
  });
}

test('a second zstd frame is refused; further gzip members are read on, as RFC 1952 has it', () => {
  const zstd = compress(TEXT, 'zstd');
  const gzip = compress(TEXT, 'gzip');
  assert.equal(tryDecompress(Buffer.concat([zstd, zstd])), null);
  assert.equal(tryDecompress(Buffer.concat([gzip, gzip]))?.length, TEXT.length * 2);
});

test('an object that is empty, or neither form, is refused and named', () => {
  assert.throws(() => decompress(new Uint8Array(0), 'here'), {
    message: 'the archived object here is empty',
  });
  assert.throws(() => decompress(Buffer.from('{}'), 'here'), {
    message: /here begins as neither zstd nor gzip/,
  });
});

function tryDecompress(bytes: Uint8Array): Buffer | null {
  try {
    return Buffer.from(decompress(bytes, 'x'));
  } catch (error) {
    assert.ok(error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT');
    return null;
  }
}
