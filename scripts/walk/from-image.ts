import { mkdirSync } from 'node:fs';
import { runContainer } from '../image/container.ts';
import { type Runner, readToEnd, type ServiceProcess, toService } from './service-process.ts';

export interface ContainerService extends ServiceProcess {
  /** By the image's own health check. */
  healthcheck(): { code: number; output: string };
}

export interface ContainerRunner extends Runner {
  start(name: string, words: readonly string[], env: Record<string, string>): ContainerService;
}

/**
 * Every process in a container of its own: its data folder is `/data`, the folder of files to load is where
 * it is on the host.
 */
export function fromImage(image: string): ContainerRunner {
  const run = (words: readonly string[], env: Record<string, string>) => {
    // What the host's shell has is not the container's.
    const { PATH: _, HOME: __, BIO_MCP_DATA_DIR: data = '', BIO_MCP_LOAD_DIR: source, ...kept } = env;
    mkdirSync(data, { recursive: true });
    const loading = source === undefined ? {} : { BIO_MCP_LOAD_DIR: source };
    const container = runContainer(image, {
      data,
      // It shares the host's network; port 0 is any that is free.
      env: { BIO_MCP_HTTP_HOST: '127.0.0.1', BIO_MCP_METRICS_PORT: '0', ...kept, ...loading },
      args: [...words],
      readable: source === undefined ? [] : [source],
    });
    container.process.stderr?.pipe(process.stderr, { end: false });
    return container;
  };
  return {
    start(name, words, env) {
      const container = run(words, env);
      let isRemoved = false;
      const service = toService(name, container.process, (signal) => container.kill(signal));
      return {
        ...service,
        healthcheck: () => container.healthcheck(),
        async [Symbol.asyncDispose]() {
          await service[Symbol.asyncDispose]();
          if (!isRemoved) container.remove();
          isRemoved = true;
        },
      };
    },
    async runToEnd(words, env) {
      const container = run(words, env);
      try {
        return await readToEnd(container.process);
      } finally {
        container.remove();
      }
    },
  };
}
