import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface StdioSession {
  pid: number;
  /** Resolves once the answer is there, whatever it is. */
  ask(id: number, message: object): Promise<void>;
  tell(message: object): void;
  /** Ends the input, and resolves when the program has ended. */
  end(): Promise<void>;
}

/** Starts a program that speaks MCP over its input and output. */
export function startStdio(program: string, words: string[], env: NodeJS.ProcessEnv): StdioSession {
  const child = spawn(program, words, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  return {
    pid: child.pid ?? 0,
    async ask(id, message) {
      send({ id, ...message });
      while (!told.includes(`"id":${id}}`)) await once(child.stdout, 'data');
    },
    tell: send,
    async end() {
      child.stdin.end();
      await exited;
    },
  };
}

/** What a client asks for first, by the number 1. */
export const INITIALIZE = {
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '0' } },
};
