import { Presets, SingleBar } from 'cli-progress';
import type { Progress, ReportProgress } from '../ingest/runs/progress.ts';
import type { Output } from './output.ts';

/** Where no terminal is, a line is printed at most this often. */
const LINE_EVERY_MS = 5_000;
const FORMAT = '  {bar} {percentage}% | {archived} archived, {skipped} skipped, {failed} failed | {message}';

/** Draws progress on a terminal as one moving bar, elsewhere as a line now and then. */
export function createProgressBar({ stream, now }: { stream: Output; now: () => number }): {
  report: ReportProgress;
  stop(): void;
} {
  if (!stream.isTTY) return createProgressLines({ stream, now });
  const bar = new SingleBar(
    { format: FORMAT, stream, hideCursor: true, fps: 10, barsize: 30 },
    Presets.shades_classic,
  );
  let started = false;
  return {
    report(progress) {
      if (!started) bar.start(100, 0, toPayload(progress));
      started = true;
      bar.update(Math.floor(progress.pct), toPayload(progress));
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function createProgressLines({ stream, now }: { stream: Output; now: () => number }) {
  let printedAt = now();
  return {
    report(progress: Progress) {
      if (now() - printedAt < LINE_EVERY_MS) return;
      printedAt = now();
      const { archived, skipped, failed, message } = toPayload(progress);
      stream.write(
        `  ${Math.floor(progress.pct)}% | ${archived} archived, ${skipped} skipped, ${failed} failed | ${message}\n`,
      );
    },
    stop() {},
  };
}

function toPayload({ archived, skipped, failed, message }: Progress) {
  const [a, s, f] = [archived, skipped, failed].map((count) => count.toLocaleString('en'));
  return { archived: a, skipped: s, failed: f, message };
}
