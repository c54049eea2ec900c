import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/*
 * Runs the official conformance suite against the MCP server and ends with the counts. The server has the
 * suite's own tools beside ours (tests/support/mcp/conformance/), once as it ships, without sessions, and
 * once with sessions for the older era. Exit code 1 where a scenario fails that is not named below, or one
 * that is named passes.
 */
const SUITE = new URL('../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url)
  .pathname;
const SERVER = new URL('../tests/support/mcp/conformance/serve-suite.ts', import.meta.url).pathname;

/**
 * In the older era a server asks its client something only within a session, and as it ships it keeps none.
 */
const NEED_SESSIONS = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
];

interface Run {
  title: string;
  mode: 'sessions' | 'stateless';
  revision: string;
  /** Scenarios that cannot pass. */
  expected: readonly string[];
}
const RUNS: readonly Run[] = [
  { title: '2026-07-28, as it ships', mode: 'stateless', revision: '2026-07-28', expected: [] },
  {
    title: '2025-11-25, as it ships',
    mode: 'stateless',
    revision: '2025-11-25',
    expected: NEED_SESSIONS,
  },
  { title: '2025-11-25, with sessions', mode: 'sessions', revision: '2025-11-25', expected: [] },
];

const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-conformance-'));
const lines: string[] = [];
let failures = 0;
try {
  for (const run of RUNS) {
    const output = await runSuite(run);
    const scored = readScenarios(output);
    const passed = scored.filter(({ isPassed }) => isPassed).length;
    const others = readNotScored(output);
    const failed = scored.filter(({ isPassed }) => !isPassed).map(({ name }) => name);
    lines.push(`${run.title}: ${passed} of ${scored.length}`);
    for (const name of failed)
      lines.push(`  fails${run.expected.includes(name) ? ', as expected' : ''}: ${name}`);
    const extras = others.filter(({ isPassed }) => isPassed).map(({ name }) => name);
    lines.push(`  beyond the requirements ${extras.length} of ${others.length}: ${extras.join(', ')}`);
    if (scored.length > 0 && failed.toSorted().join() === run.expected.toSorted().join()) continue;
    failures += 1;
    process.stdout.write(output);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${lines.join('\n')}`);
process.exitCode = failures === 0 ? 0 : 1;

/** What the suite tells of all scenarios. */
async function runSuite({ mode, revision }: Run): Promise<string> {
  const server = spawn(process.execPath, [SERVER, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  try {
    const address = createInterface({ input: server.stdout });
    // Its first line.
    const [url] = (await Promise.race([once(address, 'line'), ended])) as [string | number | null];
    if (typeof url !== 'string') throw new Error(`the server for the suite ended with code ${url}`);
    const words = ['server', '--url', `${url}/mcp`, '--requirements', revision, '-o', folder];
    const suite = spawn(process.execPath, [SUITE, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [suite.stdout, suite.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    await once(suite, 'close');
    return output;
  } finally {
    server.kill('SIGTERM');
    await ended;
  }
}

interface Scenario {
  name: string;
  isPassed: boolean;
}

/** Those of the summary that count: it lists all of them, and at its end those that do not. */
function readScenarios(output: string): Scenario[] {
  const summary = output.slice(output.indexOf('=== SUMMARY ==='));
  const others = new Set(readNotScored(output).map(({ name }) => name));
  return readMarks(/^([✓✗]) ([\w-]+): \d+ passed/gm, summary).filter(({ name }) => !others.has(name));
}

function readNotScored(output: string): Scenario[] {
  return readMarks(/^ {2}([✓✗]) ([\w-]+) \(/gm, output);
}

function readMarks(pattern: RegExp, text: string): Scenario[] {
  return [...text.matchAll(pattern)].map(([, mark, name]) => ({ name: name ?? '', isPassed: mark === '✓' }));
}
