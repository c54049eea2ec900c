import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client';
import { isMissing } from '../disk/null-if-missing.ts';

/** What a sign-in leaves behind for the next start. */
export interface SignIn {
  /** Of this program, as the issuer registered it. */
  client?: StoredOAuthClientInformation;
  tokens?: StoredOAuthTokens;
  /** That the issuer sends the browser back to: it may have registered this one alone. */
  port?: number;
}

/** A file for its user alone; other processes of his write it too. */
export interface SignInFile {
  read(): Promise<SignIn>;
  /** Members that are `undefined` are removed. */
  change(change: { [Name in keyof SignIn]: SignIn[Name] | undefined }): Promise<void>;
}

export function createSignInFile(path: string): SignInFile {
  async function read(): Promise<SignIn> {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as SignIn; // nobody but this program writes it
    } catch (error) {
      // A file that is no JSON was cut off: its user signs in again.
      if (isMissing(error) || error instanceof SyntaxError) return {};
      throw error;
    }
  }
  return {
    read,
    async change(change) {
      const changed = { ...(await read()), ...change };
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const part = `${path}.${randomUUID()}`;
      await writeFile(part, JSON.stringify(changed), { mode: 0o600 });
      await rename(part, path);
    },
  };
}
