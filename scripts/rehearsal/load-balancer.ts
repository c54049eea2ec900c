import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * haproxy on loopback before these ports; who answers `/readyz` with 200 gets requests. It tries again only
 * where no connection came about, so that nothing is asked twice.
 */
export async function startLoadBalancer(
  folder: string,
  port: number,
  ports: readonly number[],
): Promise<AsyncDisposable> {
  const path = join(folder, 'haproxy.cfg');
  const servers = ports.map((at) => `  server api-${at} 127.0.0.1:${at} check inter 1s fall 3 rise 1`);
  await writeFile(
    path,
    `global
  maxconn 1000
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout check 5s
  retries 3
  retry-on conn-failure
  option redispatch 1
frontend api
  bind 127.0.0.1:${port}
  default_backend api
backend api
  balance roundrobin
  option httpchk GET /readyz
  http-check expect status 200
${servers.join('\n')}
`,
  );
  const child = spawn('haproxy', ['-db', '-q', '-f', path], { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'spawn');
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
