/** For `--import`: each thread writes the address of every module that it loads to stderr. */
export const TELL_LOADS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  import { threadId } from 'node:worker_threads';
  registerHooks({
    load(url, context, next) {
      writeSync(2, 'thread ' + threadId + ' loaded ' + url + '\\n');
      return next(url, context);
    },
  });
`)}`;

export interface Load {
  /** 0: the main one; the others by the order of their start. */
  thread: number;
  /** Of the package, the path of our own file from `src/`, or what Node brings (`node:http`). */
  name: string;
}

/** In order, from what such a process wrote to stderr. */
export function listLoads(stderr: string): Load[] {
  const loads = stderr.matchAll(
    /^thread (\d+) loaded (?:(node:\S+)|\S*?\/(?:node_modules\/((?:@[^/\s]+\/)?[^/\s]+)|(src\/\S+)))/gm,
  );
  return [...loads].map(([, thread, builtin, name, file]) => ({
    thread: Number(thread),
    name: builtin ?? name ?? file ?? '',
  }));
}
