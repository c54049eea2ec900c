import { ConfigError } from '../errors/config-error.ts';
import { toSecretFailure } from './secret-failure.ts';

const SECRET = /^arn:[\w-]+:secretsmanager:([\w-]+):\d*:secret:[^:]+/;
const PARAMETER = /^arn:[\w-]+:ssm:([\w-]+):\d*:parameter(\/.+)$/;

/** Whether a setting names a secret of AWS instead of being one. */
export function isAwsSecret(text: string): boolean {
  return SECRET.test(text) || PARAMETER.test(text);
}

/**
 * The text of a secret of Secrets Manager, or of a parameter of SSM, by its ARN and with the credentials of
 * the AWS chain. As ECS writes it, `:key::` behind the ARN of a secret takes one member of its JSON. Throws
 * plain errors whose messages never hold the text.
 */
export async function readAwsSecret(arn: string): Promise<string> {
  const [plain = '', region = ''] = SECRET.exec(arn) ?? [];
  if (plain === '') return readParameter(arn);
  const key = arn.slice(plain.length).split(':')[1] ?? '';
  const text = await readSecret(plain, region);
  return key === '' ? text : takeMember(text, key);
}

async function readSecret(arn: string, region: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import(
    '@aws-sdk/client-secrets-manager'
  ).catch(() => {
    throw missing('@aws-sdk/client-secrets-manager@3.1164.0');
  });
  const client = new SecretsManagerClient({ region });
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (text === undefined) throw new Error('the secret is no text');
    return text;
  } catch (error) {
    throw toSecretFailure(error, 'secretsmanager');
  } finally {
    client.destroy();
  }
}

async function readParameter(arn: string): Promise<string> {
  const [, region = '', name = ''] = PARAMETER.exec(arn) ?? [];
  const { SSMClient, GetParameterCommand } = await import('@aws-sdk/client-ssm').catch(() => {
    throw missing('@aws-sdk/client-ssm@3.1169.0');
  });
  const client = new SSMClient({ region });
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    if (Parameter?.Value === undefined) throw new Error('the parameter has no value');
    return Parameter.Value;
  } catch (error) {
    throw toSecretFailure(error, 'ssm');
  } finally {
    client.destroy();
  }
}

function takeMember(text: string, key: string): string {
  let members: unknown;
  try {
    members = JSON.parse(text);
  } catch {
    throw new Error('the secret is no JSON, so that it has no members'); // its words would hold the text
  }
  const value: unknown = Object(members)[key];
  if (typeof value !== 'string') throw new Error(`the secret has no member ${key}`);
  return value;
}

function missing(name: string): ConfigError {
  return new ConfigError([
    `A secret by its ARN needs a package that is not installed: run \`npm install ${name}\`.`,
  ]);
}
