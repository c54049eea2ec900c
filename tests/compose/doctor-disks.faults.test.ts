import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { whyNotTraced } from '../support/disk/traced-files.ts';
import { type DoctorReport, examineCheck } from '../support/examine-check.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

describe('the doctor of disks', { skip: whyNoTinyDisk() }, () => {
  const examine = (folder: string) => examineCheck('data folder', { BIO_MCP_DATA_DIR: folder });

  test('a read-only disk is named', async () => {
    using disk = mountTinyDisk({ kilobytes: 64 });
    disk.remount('ro');
    const { remedy } = await examine(disk.path);
    assert.match(remedy ?? '', /read-only file system: set BIO_MCP_DATA_DIR to another folder/);
    const { remedy: ofDatabase } = await examineCheck('database', { BIO_MCP_DATA_DIR: disk.path });
    assert.match(ofDatabase ?? '', /read-only file system/);
  });

  test('a full disk is named, and a probe leaves nothing behind', async () => {
    using disk = mountTinyDisk({ kilobytes: 64 });
    await assert.rejects(writeFile(join(disk.path, 'filler'), Buffer.alloc(65_537)), { code: 'ENOSPC' });
    const { remedy } = await examine(join(disk.path, 'data'));
    assert.match(remedy ?? '', /its disk is full: free some space on it/);
    disk.enlarge({ kilobytes: 128 });
    assert.equal((await examine(join(disk.path, 'data'))).state, 'ok');
    assert.deepEqual(await readdir(join(disk.path, 'data')), []);
  });
});

test('a disk without hard links, as exFAT, is named by whoever opens the folder', {
  skip: whyNotTraced(),
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-no-links-'));
  try {
    const { checks } = await runWithoutLinks(folder);
    for (const name of ['data folder', 'database']) {
      const remedy = checks.find(({ check }) => check === name)?.remedy ?? '';
      assert.match(
        remedy,
        /no hard links \(exFAT, .* Set BIO_MCP_DATA_DIR to a folder on another file system/,
        name,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Every hard link of the process is refused, as the kernel answers for exFAT. */
function runWithoutLinks(folder: string): Promise<DoctorReport> {
  const words = ['-f', '-qqq', '-o', '/dev/null', '--seccomp-bpf', '-e', 'trace=link,linkat'];
  const fault = ['-e', 'inject=link,linkat:error=EPERM'];
  const env = {
    PATH: process.env.PATH,
    BIO_MCP_DATA_DIR: folder,
    BIO_MCP_PUBMED_BASE_URL: 'http://127.0.0.1:9',
    UV_USE_IO_URING: '0',
  };
  return new Promise((resolve) => {
    execFile(
      'strace',
      [...words, ...fault, process.execPath, PROGRAM, 'doctor', '--json'],
      { env },
      (_failed, stdout) => resolve(JSON.parse(stdout)),
    );
  });
}
