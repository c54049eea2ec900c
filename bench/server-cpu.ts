import { readdirSync, readFileSync } from 'node:fs';

/** One that runs on this machine, known by its program and the port that its command line names. */
export interface Server {
  name: string;
  program: string;
  port: string;
}

const TICKS_A_SECOND = 100;

/** Those that the environment of `make services` leads to. */
export function listServers(environment: NodeJS.ProcessEnv): Server[] {
  const toPort = (url: string | undefined) => (url === undefined ? '' : new URL(url).port);
  return [
    { name: 'PostgreSQL', program: 'postgres', port: toPort(environment.BIO_MCP_DATABASE_URL) },
    { name: 'MinIO', program: 'minio', port: toPort(environment.BIO_MCP_S3_ENDPOINT) },
    { name: 'Weaviate', program: 'weaviate-server', port: toPort(environment.BIO_MCP_WEAVIATE_URL) },
  ];
}

/**
 * Processor seconds that each has had, with the processes that it made (PostgreSQL: one a connection), ended
 * or not, in steps of 10 ms; throws where one of them runs elsewhere.
 */
export function readServerCpu(servers: readonly Server[]): number[] {
  const processes = listProcesses();
  return servers.map((server) => {
    const own = findOwn(server, processes);
    const children = processes.filter(({ parent }) => parent === own.pid);
    return (own.ticks + children.reduce((sum, { ticks }) => sum + ticks, 0)) / TICKS_A_SECOND;
  });
}

/** As `readServerCpu`, of one that makes no processes, without a look at all that the machine runs. */
export function watchServerCpu(server: Server): () => number {
  const { pid } = findOwn(server, listProcesses());
  return () => readProcess(pid).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND;
}

type Process = ReturnType<typeof readProcess>[number];

function findOwn({ name, program, port }: Server, processes: readonly Process[]): Process {
  const own = processes.find(({ words: [first = '', ...rest] }) => {
    return first.endsWith(`/${program}`) && rest.some((word) => word === port || word.endsWith(`:${port}`));
  });
  if (own === undefined) throw new Error(`${name} does not run on this machine at port ${port}`);
  return own;
}

function listProcesses(): Process[] {
  return readdirSync('/proc').flatMap((pid) => (/^\d+$/.test(pid) ? readProcess(pid) : []));
}

/** `man 5 proc_pid_stat`; `ticks` counts those of children that have ended, too. */
function readProcess(pid: string): { pid: string; parent: string; ticks: number; words: string[] }[] {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0);
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return [{ pid, parent: fields[1] ?? '', ticks, words }];
  } catch {
    return []; // it ended meanwhile
  }
}
