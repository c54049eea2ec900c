/**
 * `make release-rehearsal`: plays what a release must stand, in containers of the image (`make image`), on
 * the servers of `make services`. It needs root, Debian's buildah, runc and haproxy, and some five minutes.
 * Fails where anything was not as wanted.
 */
import { spawnSync } from 'node:child_process';
import { examineImage } from './rehearsal/examine-image.ts';
import { playEmbedded } from './rehearsal/play-embedded.ts';
import { playRefusals } from './rehearsal/play-refusals.ts';
import { countFailures, head, say } from './rehearsal/report.ts';
import { roll } from './rehearsal/roll.ts';

const image = process.argv[2] ?? 'bio-mcp:development';

head('The image');
examineImage(image);
head('What cannot work ends at once');
await playRefusals(image);
head('The embedded form');
await playEmbedded(image);
head('Three API containers, two workers, one of them killed');
const walk = spawnSync(process.execPath, ['scripts/walk-services.ts', '6', '100'], {
  env: { ...process.env, WALK_IMAGE: image },
  stdio: 'inherit',
});
say(walk.status === 0 ? 'ok    the walk came to its end' : 'FAIL  the walk did not come to its end');
head('One release takes the place of the other, under load');
await roll(image);

const failures = countFailures() + (walk.status === 0 ? 0 : 1);
console.log(
  failures === 0 ? '\nAll was as wanted.' : `\n${failures} things were not as wanted: see FAIL above.`,
);
process.exitCode = failures === 0 ? 0 : 1;
