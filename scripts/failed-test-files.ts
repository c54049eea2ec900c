/** `node scripts/failed-test-files.ts JUNIT.xml`: the files in which a test failed, one a line. */
import { readFileSync } from 'node:fs';

const [report = ''] = process.argv.slice(2);
const FAILED = /<testcase name="[^"]*" time="[^"]*" classname="[^"]*" file="([^"]+)" failure="/g;
const files = new Set<string>();
for (const [, file] of readFileSync(report, 'utf8').matchAll(FAILED)) if (file !== undefined) files.add(file);
for (const file of files) console.log(file);
