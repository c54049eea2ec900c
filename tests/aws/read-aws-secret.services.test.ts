import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { isAwsSecret, readAwsSecret } from '../../src/aws/read-aws-secret.ts';
import { orRequired } from '../support/required.ts';

const endpoint = process.env.TEST_SQS_ENDPOINT;
const SKIP = orRequired(endpoint === undefined && 'TEST_SQS_ENDPOINT is not set: `make services`');
const region = 'eu-west-1';

describe('secrets that lie with AWS', { skip: SKIP }, () => {
  // The SDK of AWS looks there by itself, as it does for an operator.
  process.env.AWS_ENDPOINT_URL = endpoint;

  test('are read by the ARN of a secret, whole or one member', async () => {
    const client = new SecretsManagerClient({ region });
    const SecretString = JSON.stringify({ username: 'bio', password: 'open sesame' });
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: randomUUID(), SecretString }));
    client.destroy();
    assert.ok(isAwsSecret(ARN));
    assert.equal(await readAwsSecret(ARN), SecretString);
    assert.equal(await readAwsSecret(`${ARN}:password::`), 'open sesame');
    await assert.rejects(readAwsSecret(`${ARN}:none::`), /has no member none/);
    await assert.rejects(readAwsSecret(`${ARN}x`), {
      message: /^it does not exist .*: correct the ARN \(ResourceNotFoundException\)$/,
    });
  });

  test('are read by the ARN of a parameter', async () => {
    const client = new SSMClient({ region });
    const Name = `/bio-mcp/${randomUUID()}`;
    await client.send(new PutParameterCommand({ Name, Value: 'open sesame', Type: 'SecureString' }));
    client.destroy();
    assert.equal(await readAwsSecret(`arn:aws:ssm:${region}:123456789012:parameter${Name}`), 'open sesame');
  });
});
