import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toServerUrl } from '../../src/cli/commands/connect.ts';

test('a token goes in the clear to this machine and to private networks alone', () => {
  const taken = ['localhost:8080', '[::1]', 'bio', '10.1.2.3', '172.31.0.1', '192.168.0.2:80', '[fd00::1]'];
  for (const host of taken) assert.equal(toServerUrl(`http://${host}`).pathname, '/mcp', host);
  const refused = [
    ...['bio.example.org', '8.8.8.8', '172.32.0.1', '[2606:4700::1111]'],
    ...['10.example.org', '192.168.0.2.example.org', '172.16.example.org'],
  ];
  for (const host of refused) {
    assert.throws(() => toServerUrl(`http://${host}/mcp`), /must be an https URL/, host);
    assert.equal(toServerUrl(`https://${host}`).pathname, '/mcp', host);
  }
});

test('the address of a server holds no login', () => {
  for (const login of ['ada@', 'ada:secret@', ':secret@'])
    assert.throws(() => toServerUrl(`https://${login}bio.example.org/mcp`), /without user, password/, login);
});
