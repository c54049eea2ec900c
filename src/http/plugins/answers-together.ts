import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** Sends the answers that wait for others of their turn. */
    sendWaiting(): void;
  }
}

const MOST_TOGETHER = 16;
/**
 * Of the thread, while an answer waits. More of it twice running is other work than short calls and the
 * collector's pauses;
 */
const MOST_WORK_MS = 2;
const MOST_SLOW_TURNS = 2;
/** then no answer waits for so long. */
const PAUSE_MS = 1_000;

/** Of this thread. */
export interface TurnClock {
  /** From any fixed point. */
  nowMs(): number;
  /** How long it has had a processor; dearer to ask. */
  workMs(): number;
}

const THREAD_CLOCK: TurnClock = {
  nowMs: () => performance.now(),
  workMs() {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  },
};

type Done = (error: Error | null, payload?: unknown) => void;

/** No literal, of which V8 soon makes old objects, with their requests: see `young-requests.ts`. */
class WaitingAnswer {
  readonly #payload: unknown;
  readonly #done: Done;

  constructor(payload: unknown, done: Done) {
    this.#payload = payload;
    this.#done = done;
  }

  /** What cannot be sent is answered as an error, like any other, and costs no other answer. */
  send(): void {
    try {
      this.#done(null, this.#payload);
    } catch (error) {
      this.#done(error as Error); // Node and Fastify throw nothing else
    }
  }
}

/**
 * Answers of one turn of the event loop that are no errors go out one after the other at its end. Whoever
 * asks with many connections is then woken once, not for each: that costs as much as all else in a short call
 * (`bench/http.ts`).
 */
export function sendAnswersTogether(app: FastifyInstance, clock: TurnClock = THREAD_CLOCK): void {
  let waiting: WaitingAnswer[] = [];
  let beganAtMs = 0;
  let workedMs = 0;
  let slowTurns = 0;
  let pausesUntilMs = 0;

  function sendWaiting(): void {
    if (waiting.length === 0) return;
    const answers = waiting;
    waiting = [];
    const nowMs = clock.nowMs();
    const isSlow = nowMs - beganAtMs > MOST_WORK_MS && clock.workMs() - workedMs > MOST_WORK_MS;
    slowTurns = isSlow ? slowTurns + 1 : 0;
    if (slowTurns >= MOST_SLOW_TURNS) pausesUntilMs = nowMs + PAUSE_MS;
    for (const answer of answers) answer.send();
  }

  app.decorate('sendWaiting', sendWaiting);
  app.addHook('onSend', (_request, { statusCode }, payload, done) => {
    // A refusal is quick where the server has more to do than it can.
    if (statusCode >= 400 || typeof payload !== 'string') return done(null, payload);
    if (waiting.length === 0) {
      beganAtMs = clock.nowMs();
      if (beganAtMs < pausesUntilMs) return done(null, payload);
      workedMs = clock.workMs();
      setImmediate(sendWaiting);
    }
    waiting.push(new WaitingAnswer(payload, done));
    if (waiting.length === MOST_TOGETHER) sendWaiting();
  });
}
