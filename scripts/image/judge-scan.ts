import { readFileSync } from 'node:fs';

/** What is asked of `osv-scanner --format json`. */
export interface Scan {
  results: readonly {
    packages: readonly {
      package: { name: string; version: string };
      vulnerabilities: readonly Vulnerability[];
      groups: readonly { ids: readonly string[]; max_severity: string }[];
    }[];
  }[];
}

interface Vulnerability {
  id: string;
  affected?: readonly {
    package?: { name: string };
    ranges?: readonly { events?: readonly { fixed?: string }[] }[];
  }[];
}

/** CVSS calls it high from here (https://www.first.org/cvss/v3.1/specification-document, section 5). */
const HIGH = 7;

/**
 * A sentence for each vulnerability that must not be shipped: high or critical, and mended in a later
 * version. One that nobody has mended yet, or a lesser one, is `known`: the base image has always some.
 */
export function judgeScan({ results }: Scan): { refused: string[]; known: number } {
  const refused: string[] = [];
  let known = 0;
  for (const { package: found, vulnerabilities, groups } of results.flatMap(({ packages }) => packages)) {
    for (const { ids, max_severity: severity } of groups) {
      const ours = vulnerabilities.filter(({ id }) => ids.includes(id));
      const mends = ours.flatMap((one) => listMends(one, found.name));
      if (Number(severity) < HIGH || Number.isNaN(Number.parseFloat(severity)) || mends.length === 0) known++;
      else
        refused.push(
          `${found.name} ${found.version}: ${ids.join(', ')} (${severity}), mended in ${mends.join(', ')}`,
        );
    }
  }
  return { refused, known };
}

function listMends({ affected = [] }: Vulnerability, name: string): string[] {
  const ours = affected.filter(({ package: of }) => of === undefined || of.name === name);
  return ours.flatMap(({ ranges = [] }) =>
    ranges.flatMap(({ events = [] }) => events.flatMap(({ fixed }) => (fixed === undefined ? [] : [fixed]))),
  );
}

/** `node scripts/image/judge-scan.ts FILE`: ends with 1 where something is refused. */
if (import.meta.main) {
  const [file = ''] = process.argv.slice(2);
  const { refused, known } = judgeScan(JSON.parse(readFileSync(file, 'utf8')) as Scan);
  for (const sentence of refused) console.error(sentence);
  console.log(`${refused.length} high or critical ones that are mended elsewhere, ${known} others`);
  if (refused.length > 0) {
    console.error('Take a newer base image or package, or say why not in scripts/image/osv-scanner.toml.');
    process.exitCode = 1;
  }
}
