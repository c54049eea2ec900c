import type { S3Client } from '@aws-sdk/client-s3';

/** By the error that it ended in. */
const operations = new WeakMap<Error, string>();

/** Every error of the client can be asked for its operation from now on. */
export function noteOperations(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        try {
          return await next(args);
        } catch (error) {
          if (error instanceof Error) operations.set(error, toOperation(commandName, args.input));
          throw error;
        }
      },
    { step: 'initialize', name: 'bioMcpOperation' },
  );
}

/** In the words of S3, with what is asked of it besides: "PutObject with If-Match"; `null`: not known. */
export function operationOf(error: unknown): string | null {
  return error instanceof Error ? (operations.get(error) ?? null) : null;
}

/** The parameters that some stores lack, by the name that people look for. */
const PARTICULARS: readonly (readonly [name: string, words: string])[] = [
  ['IfMatch', 'If-Match'],
  ['IfNoneMatch', 'If-None-Match'],
  ['VersionId', 'a version id'],
  ['ServerSideEncryption', 'SSE-KMS'],
];

function toOperation(commandName: string, input: object): string {
  const given = PARTICULARS.filter(([name]) => name in input && Reflect.get(input, name) !== undefined);
  const particulars = given.map(([, words]) => words).join(' and ');
  return `${commandName.replace(/Command$/, '')}${particulars === '' ? '' : ` with ${particulars}`}`;
}
