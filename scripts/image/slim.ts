/**
 * Takes from `node_modules`, in the folder where it is called, what no running process reads: types, maps of
 * sources, tests, libraries for another C library, and the symbols of native ones (a seventh of LanceDB's).
 */
import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';

const UNREAD = [
  'node_modules/**/*.{d.ts,d.mts,d.cts,map,md,markdown,tsbuildinfo}',
  'node_modules/**/{test,tests,__tests__}',
  'node_modules/@lancedb/lancedb-linux-*-musl',
  'node_modules/openai/src',
  'node_modules/@modelcontextprotocol/*/src',
];

for (const path of globSync(UNREAD)) rmSync(path, { recursive: true, force: true });
for (const library of globSync('node_modules/**/*.node'))
  execFileSync('strip', ['--strip-unneeded', library]);
