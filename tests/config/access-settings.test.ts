import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/errors/config-error.ts';
import { machine } from '../support/config/problems-of.ts';

const parse = (env: Record<string, string>) => parseConfig(env, machine, []);

describe('settings of access', () => {
  test('take tokens of both kinds, and map what an issuer calls its scopes', () => {
    const { auth, http, warnings } = parse({
      BIO_MCP_AUTH: 'bearer, OIDC',
      BIO_MCP_OIDC_ISSUER: 'https://issuer.example/tenant/',
      BIO_MCP_OIDC_AUDIENCE: 'api://bio',
      BIO_MCP_OIDC_SCOPE_CLAIM: 'scp,cognito:groups',
      BIO_MCP_OIDC_SCOPE_MAP: 'cn=bio-readers=bio:read, curators=bio:sync',
      BIO_MCP_HTTP_HOST: '0.0.0.0',
      BIO_MCP_HTTP_PUBLIC_URL: 'https://bio-mcp.example.org/',
      BIO_MCP_HTTP_TRUST_PROXY: '10.0.0.0/8,loopback',
    });
    assert.deepEqual(auth, {
      bearer: true,
      sessionKey: null,
      oidc: {
        issuer: 'https://issuer.example/tenant/',
        audience: 'api://bio',
        scopeClaims: ['scp', 'cognito:groups'],
        scopeMap: [
          { value: 'cn=bio-readers', scope: 'bio:read' },
          { value: 'curators', scope: 'bio:sync' },
        ],
        scopes: null,
        client: null,
      },
    });
    assert.equal(http.publicUrl, 'https://bio-mcp.example.org');
    assert.deepEqual(http.allowedHosts, ['bio-mcp.example.org']);
    assert.deepEqual(http.trustedProxies, ['10.0.0.0/8', 'loopback']);
    assert.deepEqual(warnings, []);
  });

  const bad: Record<string, string>[] = [
    { BIO_MCP_AUTH: 'basic' },
    { BIO_MCP_AUTH: 'none,bearer' },
    { BIO_MCP_AUTH: 'bearer,' },
    { BIO_MCP_OIDC_ISSUER: 'http://issuer.example' },
    { BIO_MCP_OIDC_ISSUER: 'issuer.example' },
    { BIO_MCP_OIDC_SCOPE_MAP: 'readers' },
    { BIO_MCP_OIDC_SCOPE_MAP: 'readers=bio:write' },
    { BIO_MCP_OIDC_SCOPE_MAP: '=bio:read' },
    { BIO_MCP_HTTP_PUBLIC_URL: 'bio-mcp.example.org' },
    { BIO_MCP_HTTP_TRUST_PROXY: 'proxy.example.org' },
    { BIO_MCP_HTTP_TRUST_PROXY: '10.0.0.0/33' },
    { BIO_MCP_HTTP_PRIVATE_NETWORK: 'perhaps' },
  ];
  for (const env of bad) {
    const [[name = '', value = ''] = []] = Object.entries(env);
    test(`refuse ${name}=${value} by its name`, () => {
      assert.throws(
        () => parse(env),
        (error: unknown) =>
          error instanceof ConfigError && error.problems.length === 1 && error.message.includes(name),
      );
    });
  }

  test('name the issuer that BIO_MCP_AUTH=oidc lacks', () => {
    assert.throws(
      () => parse({ BIO_MCP_AUTH: 'oidc' }),
      /BIO_MCP_OIDC_ISSUER is required with BIO_MCP_AUTH=oidc/,
    );
  });

  test('warn of what has no effect, and of tokens that are for whatever the request names', () => {
    const issuer = { BIO_MCP_OIDC_ISSUER: 'https://issuer.example' };
    assert.match(parse(issuer).warnings.join(), /BIO_MCP_OIDC_ISSUER has no effect without/);
    assert.match(parse({ ...issuer, BIO_MCP_AUTH: 'oidc' }).warnings.join(), /BIO_MCP_HTTP_PUBLIC_URL/);
  });
});
