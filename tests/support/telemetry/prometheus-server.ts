import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { askUntil, endWithTest } from '../awaited.ts';
import { orRequired } from '../required.ts';

/** promtool's package holds it: beside it where that is installed, below its folder where unpacked. */
const PROMTOOL = process.env.TEST_PROMTOOL || '/usr/bin/promtool';
const PROGRAMS = ['prometheus', 'usr/bin/prometheus'].map((path) => join(dirname(PROMTOOL), path));
const PROGRAM = PROGRAMS.find((path) => spawnSync(path, ['--version']).status === 0);

/** Why there is no Prometheus here; `false` where there is. For a test's `skip`. */
export function whyNoPrometheus(): string | false {
  if (PROGRAM !== undefined) return false;
  return orRequired(`${PROGRAMS.join(' and ')} are not there: run \`make services\` before the test`);
}

interface Series {
  metric: Record<string, string>;
  value: [number, string];
}

/** A Prometheus of the test's own, which scrapes and judges every second. */
export interface PrometheusServer extends AsyncDisposable {
  query(expression: string): Promise<Series[]>;
  /** Resolves with the first answer that `isIt` takes. */
  queryUntil(expression: string, isIt: (series: Series[]) => boolean): Promise<Series[]>;
  /** Names of the alerts that fire now. */
  listFiring(): Promise<string[]>;
  /** Resolves once the alert fires, or does not. */
  alertUntil(name: string, state: 'fires' | 'is quiet'): Promise<void>;
}

export async function startPrometheus({
  targets,
  rules,
}: {
  /** Host and port. */
  targets: readonly string[];
  /** A file of rules, as text. */
  rules: string;
}): Promise<PrometheusServer> {
  if (PROGRAM === undefined) throw new Error('there is no Prometheus');
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: [{ job_name: 'bio-mcp', static_configs: [{ targets }] }],
  };
  await writeFile(join(folder, 'prometheus.yaml'), JSON.stringify(config)); // YAML has JSON in it
  await writeFile(join(folder, 'rules.yaml'), rules);
  const child = spawn(
    PROGRAM,
    [
      `--config.file=${join(folder, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--log.format=json',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  endWithTest(child);
  const closed = once(child, 'close');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  const findPort = () => /"address":"127\.0\.0\.1:([1-9]\d*)"/.exec(log)?.[1];
  while (findPort() === undefined) {
    const end = await Promise.race([once(child.stderr, 'data').then(() => null), closed]);
    if (end !== null) throw new Error(`Prometheus ended: ${log}`);
  }
  const root = `http://127.0.0.1:${findPort()}`;
  // It listens before it can answer.
  const isReady = async () => (await fetch(`${root}/-/ready`)).status === 200 || null;
  await askUntil(isReady, { what: 'Prometheus to be ready', came: () => log, pauseMs: 200 });
  const url = `${root}/api/v1`;

  async function ask<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`${url}/${path}`)).json()) as {
      status: string;
      error?: string;
      data: T;
    };
    if (answer.status !== 'success') throw new Error(`Prometheus refuses ${path}: ${answer.error}`);
    return answer.data;
  }
  const query = async (expression: string) =>
    (await ask<{ result: Series[] }>(`query?query=${encodeURIComponent(expression)}`)).result;
  const listFiring = async () => {
    const { alerts } = await ask<{ alerts: { state: string; labels: Record<string, string> }[] }>('alerts');
    return alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname ?? '');
  };
  return {
    query,
    listFiring,
    async queryUntil(expression, isIt) {
      let last: Series[] = [];
      const ask = async () => {
        last = await query(expression);
        return isIt(last) ? last : null;
      };
      return askUntil(ask, { what: `another ${expression}`, came: () => JSON.stringify(last), pauseMs: 200 });
    },
    async alertUntil(name, state) {
      let firing: string[] = [];
      const ask = async () => {
        firing = await listFiring();
        return firing.includes(name) === (state === 'fires') || null;
      };
      await askUntil(ask, {
        what: `${name}, which ${state}`,
        came: () => `firing: ${firing.join(', ')}`,
        pauseMs: 200,
      });
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
