/** The fastest of so many measures counts, since a loaded machine only ever adds. */
const MEASURES = 3;
const ROUNDS = 5;
/**
 * The system's clock of CPU ticks in some milliseconds: shorter work is repeated until so much has gone by.
 */
const MEASURED_MICROS = 30_000;
/** Four times the bytes may take so many times the CPU: linear work takes four, quadratic sixteen. */
export const MOST_RATIO = 6;
/**
 * What takes less for four times the bytes is not looked at closer: quadratic work takes seconds
 * at these sizes.
 */
const QUIET_MICROS = 15_000;

/** For the smaller input, a hundred times what anything here takes. */
const MOST_SMALL_MICROS = 2_000_000;

export interface HostileInput {
  /** As docs/security.md names it. */
  name: string;
  /** In bytes, and once more four times as many. Default 50,000. */
  size?: number;
  /** What `run` is to read, about so many bytes of it. Its cost does not count. */
  make: (bytes: number) => unknown;
  run: (input: never) => unknown;
}

/**
 * How many times the CPU of this thread four times the bytes take, at best over some rounds; 0 where it is
 * too little to tell. Ends at the first round that is good.
 */
export async function measureRatio({ size = 50_000, make, run }: HostileInput): Promise<number> {
  const small = make(size) as never; // what `make` makes is what `run` reads
  const large = make(4 * size) as never;
  // Else a quadratic one would run for minutes before it is told.
  if ((await measureOnce(run, small)) > MOST_SMALL_MICROS) return Number.POSITIVE_INFINITY;
  await run(large);
  if ((await measureOnce(run, large)) < QUIET_MICROS) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS && best >= MOST_RATIO; round += 1) {
    const costs = { small: await measure(run, small), large: await measure(run, large) };
    best = Math.min(best, costs.large / costs.small);
  }
  return best;
}

async function measure(run: (input: never) => unknown, input: never): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MEASURES; count += 1) {
    let micros = 0;
    let times = 0;
    for (; micros < MEASURED_MICROS; times += 1) micros += await measureOnce(run, input);
    least = Math.min(least, micros / times);
  }
  return least;
}

async function measureOnce(run: (input: never) => unknown, input: never): Promise<number> {
  const before = process.threadCpuUsage();
  await run(input);
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}
