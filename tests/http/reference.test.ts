import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { createTestApp } from '../support/http/test-app.ts';

describe('the description for people', () => {
  test('loads nothing but files of this server, each of which is there', async () => {
    await using test = createTestApp();
    const page = await test.app.inject('/docs');
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.doesNotMatch(page.body, /<style|style=|<script>|https?:\/\//);
    const files = [...page.body.matchAll(/(?:src|href)="(docs\/assets\/[^"]+)"/g)].map(([, file]) => file);
    assert.equal(files.length, 4);
    for (const file of files) {
      const { statusCode, headers, rawPayload } = await test.app.inject(`/${file}`);
      assert.deepEqual([file, statusCode], [file, 200]);
      assert.match(String(headers['content-type']), file?.endsWith('.js') ? /javascript/ : /css/);
      assert.ok(rawPayload.length > 0);
    }
  });

  test('leads to the plain page where no script runs', async () => {
    await using test = createTestApp();
    const { body } = await test.app.inject('/docs');
    assert.match(body, /<noscript>.*href="docs\/plain".*<\/noscript>/);
    assert.equal((await test.app.inject('/docs/plain')).statusCode, 200);
  });

  test('leads to no console where there is none', async () => {
    await using test = createTestApp();
    assert.doesNotMatch((await test.app.inject('/docs')).body, /ui\/docs/);
  });

  test('lets a browser keep a file and asks for less of it', async () => {
    await using test = createTestApp();
    const url = '/docs/assets/swagger-ui.css';
    const whole = await test.app.inject(url);
    const packed = await test.app.inject({ url, headers: { 'accept-encoding': 'br, gzip' } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(packed.rawPayload), whole.rawPayload);
    const unpacked = await test.app.inject({ url, headers: { 'accept-encoding': 'gzip;q=0, identity' } });
    assert.equal(unpacked.headers['content-encoding'], undefined);
    assert.deepEqual(unpacked.rawPayload, whole.rawPayload);
    const again = await test.app.inject({ url, headers: { 'if-none-match': String(whole.headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  });

  test('answers a file that there is not, whatever its name, as any other address', async () => {
    await using test = createTestApp();
    for (const name of ['package.json', '..%2f..%2fapp.ts', '__proto__', 'constructor', '%00']) {
      const { statusCode, headers } = await test.app.inject(`/docs/assets/${name}`);
      assert.deepEqual([name, statusCode], [name, 404]);
      assert.match(String(headers['content-type']), /json/);
    }
  });
});
