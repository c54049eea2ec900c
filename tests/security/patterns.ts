import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { type Token, tokenizer } from 'acorn';

export interface Pattern {
  source: string;
  flags: string;
  file: string;
}

/** Every regular expression that is written in these files, and each place that makes one at run time. */
export function listPatterns(root: string, glob: string): { literals: Pattern[]; made: Pattern[] } {
  const literals: Pattern[] = [];
  const made: Pattern[] = [];
  for (const file of globSync(glob, { cwd: root }).sort()) {
    const code = stripTypeScriptTypes(readFileSync(`${root}/${file}`, 'utf8'));
    for (const token of tokenizer(code, { ecmaVersion: 'latest', sourceType: 'module' })) {
      const { type, start, value } = token as Token & { value: unknown }; // which acorn's types leave out
      if (type.label === 'regexp') {
        const { pattern, flags } = value as { pattern: string; flags: string };
        literals.push({ source: pattern, flags, file });
      } else if (type.label === 'name' && value === 'RegExp' && isCall(code, start)) {
        made.push({ source: code.slice(start, start + 80), flags: '', file });
      }
    }
  }
  return { literals, made };
}

function isCall(code: string, at: number): boolean {
  return code.startsWith('RegExp(', at);
}

/** Without repetition, or with one of a few, a pattern looks at each character a fixed number of times. */
export function repeatsFreely({ source }: Pattern): boolean {
  const bare = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x');
  const bounded = [...bare.matchAll(/\{(\d+)(?:,(\d*))?\}/g)];
  return /[*+]/.test(bare) || bounded.some(([, least, most]) => most === '' || Number(most ?? least) > 40);
}

/**
 * Patterns that recheck has called linear, one a line: the check of all takes 20 s of CPU. Where its
 * checker guesses at random (`fuzz`), a linear pattern may be called vulnerable once in a while; such a one
 * stands here for good.
 */
export const LINEAR_PATTERNS = 'tests/security/linear-patterns.txt';

export function toLine({ source, flags }: Pattern): string {
  return `/${source}/${flags}`;
}
