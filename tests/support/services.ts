/** What `make services` starts and `make test` names: `TEST_S3_ENDPOINT` and so on. */
type ServiceVariable = 'TEST_S3_ENDPOINT' | 'TEST_SQS_ENDPOINT' | 'TEST_WEAVIATE_URL';

export interface TestService {
  /** Without a slash at the end; only for tests that are not skipped. */
  url: string;
  /** For the options of `test` and `describe`. */
  skip: string | false;
}

/**
 * A real server, or the reason to skip the tests that need it. With `TEST_REQUIRE_SERVICES=1`, as CI sets it, a missing
 * server fails the file instead.
 */
export function findTestService(variable: ServiceVariable): TestService {
  const url = process.env[variable];
  if (url !== undefined && url !== '') return { url: url.replace(/\/+$/, ''), skip: false };
  if (process.env.TEST_REQUIRE_SERVICES === '1') {
    throw new Error(
      `${variable} is not set, and TEST_REQUIRE_SERVICES=1 allows no skip: run \`make services\``,
    );
  }
  return { url: '', skip: `${variable} is not set: run \`make services\` before \`make test\`` };
}
