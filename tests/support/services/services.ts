import { orRequired } from '../required.ts';

/** What `make services` starts and `make test-services` names: `TEST_S3_ENDPOINT` and so on. */
type ServiceVariable =
  | 'TEST_S3_ENDPOINT'
  | 'TEST_SQS_ENDPOINT'
  | 'TEST_WEAVIATE_URL'
  | 'TEST_CITATION_READERS'
  | 'TEST_OLD_POSTGRES';

export interface TestService {
  /** Without a slash at the end, or a program's path; only for tests that are not skipped. */
  url: string;
  /** For the options of `test` and `describe`. */
  skip: string | false;
}

/** A real server, or the reason to skip the tests that need it. */
export function findTestService(variable: ServiceVariable): TestService {
  const url = process.env[variable];
  if (url !== undefined && url !== '') return { url: url.replace(/\/+$/, ''), skip: false };
  return { url: '', skip: orRequired(`${variable} is not set: run \`make services\` before the test`) };
}
