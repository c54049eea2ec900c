import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildah, type ImageConfig, readConfig } from './buildah.ts';

/**
 * The parts of a runtime specification (https://github.com/opencontainers/runtime-spec) that are set here.
 */
interface RuntimeSpec {
  root: { path: string; readonly: boolean };
  process: {
    terminal: boolean;
    args: string[];
    cwd: string;
    env: string[];
    user: { uid: number; gid: number };
    noNewPrivileges: boolean;
    capabilities: Record<string, string[]>;
    rlimits?: unknown;
  };
  linux: { namespaces: { type: string }[]; resources?: unknown };
  mounts: { destination: string; type: string; source: string; options: string[] }[];
}

/** A running container. */
export interface Container {
  process: ChildProcess;
  /** What it wrote to stderr so far. */
  errors(): string;
  /** Runs a command in the container, as its health check; the exit code and what it printed. */
  execute(command: string[]): { code: number; output: string };
  healthcheck(): { code: number; output: string };
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Takes what is left of it away; a container that still runs is killed. */
  remove(): void;
}

export interface ContainerInputs {
  /** Becomes `/data`, owned by the image's user. */
  data: string;
  env?: Record<string, string>;
  /** What follows the entrypoint; without them, the image's own. */
  args?: string[];
  /** Folders of the host that it may read, at the same place. */
  readable?: string[];
}

/**
 * Runs an image that buildah built, as ECS would: its own entrypoint and user, no capabilities, no new
 * privileges, a read-only root, `/tmp` in memory, `/data` from a folder. It shares the host's network, so
 * that loopback is the host's. Needs root and runc.
 */
export function runContainer(image: string, inputs: ContainerInputs): Container {
  const id = buildah('from', '--pull-never', image);
  const rootfs = buildah('mount', id);
  const bundle = mkdtempSync('/tmp/bio-mcp-container-');
  execFileSync('runc', ['spec'], { cwd: bundle });
  const config = readConfig(image);
  const specPath = join(bundle, 'config.json');
  const spec: RuntimeSpec = JSON.parse(readFileSync(specPath, 'utf8'));
  confine(spec, rootfs, config, inputs);
  writeFileSync(specPath, JSON.stringify(spec));
  const { uid, gid } = spec.process.user;
  chownSync(inputs.data, uid, gid);
  const child = spawn('runc', ['run', id], { cwd: bundle, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return {
    process: child,
    errors: () => errors,
    execute: (command) => execute(id, command),
    healthcheck: () => execute(id, (config.Healthcheck?.Test ?? []).slice(1)),
    kill: (signal) => void execFileSync('runc', ['kill', id, signal]),
    remove: () => {
      execFileSync('runc', ['delete', '-f', id], { stdio: 'ignore' });
      buildah('rm', id);
      rmSync(bundle, { recursive: true, force: true });
    },
  };
}

function confine(spec: RuntimeSpec, rootfs: string, config: ImageConfig, inputs: ContainerInputs): void {
  const { process } = spec;
  spec.root = { path: rootfs, readonly: true };
  process.terminal = false;
  process.noNewPrivileges = true;
  delete process.rlimits;
  process.args = [...(config.Entrypoint ?? []), ...(inputs.args ?? config.Cmd ?? [])];
  process.cwd = config.WorkingDir || '/';
  const own = Object.entries(inputs.env ?? {}).map(([name, value]) => `${name}=${value}`);
  process.env = [...config.Env, 'HOME=/tmp', ...own];
  process.user = findUser(rootfs, config.User || '0');
  for (const kind of Object.keys(process.capabilities)) process.capabilities[kind] = [];
  spec.linux.namespaces = spec.linux.namespaces.filter(({ type }) => type !== 'network');
  delete spec.linux.resources;
  const readable = (inputs.readable ?? []).map((path) => ({
    destination: path,
    type: 'bind',
    source: path,
    options: ['rbind', 'ro'],
  }));
  const ofTheHost = ['/etc/resolv.conf', '/etc/hosts'].filter((path) => existsSync(path));
  spec.mounts.push(
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
    { destination: '/data', type: 'bind', source: realpathSync(inputs.data), options: ['rbind', 'rw'] },
    ...readable,
    ...ofTheHost.map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'ro'] })),
  );
}

function findUser(rootfs: string, user: string): { uid: number; gid: number } {
  const [wanted] = user.split(':');
  const users = readFileSync(join(rootfs, 'etc/passwd'), 'utf8').split('\n');
  const fields = users
    .map((line) => line.split(':'))
    .find(([name, , uid]) => name === wanted || uid === wanted);
  if (fields === undefined) throw new Error(`The image has no user ${user}.`);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

function execute(id: string, command: string[]): { code: number; output: string } {
  try {
    return {
      code: 0,
      output: execFileSync('runc', ['exec', id, ...command], { encoding: 'utf8', stdio: 'pipe' }),
    };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
}
