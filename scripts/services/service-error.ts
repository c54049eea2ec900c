/** Its message is all that the person who started the services needs. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

/** Progress goes to stderr, so that stdout holds the environment and nothing else. */
export function say(line: string): void {
  process.stderr.write(`services: ${line}\n`);
}
