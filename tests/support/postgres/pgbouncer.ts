import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithTest } from '../awaited.ts';
import { orRequired } from '../required.ts';
import { findFreePort } from './embedded-postgres.ts';

export interface PgbouncerOptions {
  /** The database behind it, with user and password. */
  target: string;
  poolMode: 'session' | 'transaction' | 'statement';
  /** Of its line of the database, such as `password=wrong`. */
  behind?: string;
  /** More lines of its section `[pgbouncer]`. */
  settings?: Readonly<Record<string, string | number>>;
}

/** Debian puts it where a user's own path does not look. */
const PROGRAM = process.env.TEST_PGBOUNCER || '/usr/sbin/pgbouncer';

/** Why there is no PgBouncer here; `false` where there is. For a test's `skip`. */
export function whyNoPgbouncer(): string | false {
  const { status } = spawnSync(PROGRAM, ['--version']);
  return status === 0 ? false : orRequired(`${PROGRAM} is not there: run \`make services\` before the test`);
}

/** The real PgBouncer before a real database, with its own defaults but for what is told. */
export async function startPgbouncer({ target, poolMode, behind = '', settings = {} }: PgbouncerOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-pgbouncer-'));
  const port = await findFreePort();
  const { hostname, port: targetPort, username, password, pathname } = new URL(target);
  const lines = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'plain',
    auth_file: join(folder, 'users.txt'),
    pool_mode: poolMode,
    ...settings,
  };
  const name = pathname.slice(1);
  const section = Object.entries(lines).map(([key, value]) => `${key} = ${value}`);
  const config = `[databases]\n${name} = host=${hostname} port=${targetPort} ${behind}\n[pgbouncer]\n${section.join('\n')}\n`;
  await chmod(folder, 0o755); // where root starts it, it becomes another user
  await writeFile(
    join(folder, 'users.txt'),
    `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`,
  );
  await writeFile(join(folder, 'pgbouncer.ini'), config);
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM, [...user, join(folder, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithTest(child);
  const closed = once(child, 'close');
  const log: string[] = [];
  const reader = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    reader.on('line', (line) => {
      log.push(line);
      if (/process up/.test(line)) resolve();
    });
    child.once('close', () => reject(new Error(`PgBouncer ended: ${log.join('\n')}`)));
  });
  return {
    url: Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
      await rm(folder, { recursive: true });
    },
  };
}
