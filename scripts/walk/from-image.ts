import { mkdirSync } from 'node:fs';
import { runContainer } from '../image/container.ts';
import { type Runner, readToEnd, type ServiceProcess, toService } from './service-process.ts';

/** Every process in a container of its own: its data folder is `/data`, the folder of files to load is where it is on the host. */
export function fromImage(image: string): Runner {
  const run = (words: readonly string[], env: Record<string, string>) => {
    // What the host's shell has is not the container's.
    const { PATH: _, HOME: __, BIO_MCP_DATA_DIR: data = '', BIO_MCP_LOAD_DIR: source, ...kept } = env;
    mkdirSync(data, { recursive: true });
    const loading = source === undefined ? {} : { BIO_MCP_LOAD_DIR: source };
    const container = runContainer(image, {
      data,
      // It shares the host's network.
      env: { BIO_MCP_HTTP_HOST: '127.0.0.1', ...kept, ...loading },
      args: [...words],
      readable: source === undefined ? [] : [source],
    });
    container.process.stderr?.pipe(process.stderr, { end: false });
    return container;
  };
  return {
    start(name, words, env): ServiceProcess {
      const container = run(words, env);
      let isRemoved = false;
      const service = toService(name, container.process, (signal) => container.kill(signal));
      return {
        ...service,
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
