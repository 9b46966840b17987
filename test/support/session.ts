import { createLogger } from '@feedlake/telemetry';
import {
  type SessionEvent,
  type Subscription,
  WebSocketSession,
  type WebSocketSessionOptions,
} from '@feedlake/transport';
import { ManualClock, until } from './manual-clock.ts';
import { streamRules } from './stream-venue.ts';

let sessions = 0;

/** A message as the session handed it over. */
export interface Handed {
  readonly text: string;
  readonly received: number;
  readonly connection: string;
  readonly topic: string;
}

export function book(topic: string, silenceMs = 30_000): Subscription {
  return { topic, channel: 'books', silenceMs };
}

export function trades(topic: string, silenceMs = 60_000): Subscription {
  return { topic, channel: 'trades', silenceMs, sparse: true };
}

/** A session with a clock of its own, full waits instead of random ones, and everything that it says. */
export function testSession(hosts: readonly string[], options: Partial<WebSocketSessionOptions> = {}) {
  const clock = options.clock instanceof ManualClock ? options.clock : new ManualClock();
  const lines: string[] = [];
  const events: SessionEvent[] = [];
  const messages: Handed[] = [];
  const logger = createLogger({ level: 'trace', stream: { write: (line) => lines.push(line) } });
  // Attempts are counted per venue in the process: each test has a venue of its own.
  const exchange = options.exchange ?? `stream${++sessions}`;
  const session = new WebSocketSession({
    exchange,
    rules: streamRules(),
    hosts,
    clock,
    logger,
    random: () => 1,
    onMessage: (data, received, connection, topic) =>
      void messages.push({ text: String(data), received, connection, topic }),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const all = <K extends SessionEvent['kind']>(kind: K) =>
    events.filter((event): event is Extract<SessionEvent, { kind: K }> => event.kind === kind);
  return {
    session,
    clock,
    lines,
    events,
    messages,
    exchange,
    /** Events of a kind. */
    all,
    /** Waits until there are so many events of a kind. */
    event: (kind: SessionEvent['kind'], count = 1) =>
      until(
        () => all(kind).length >= count,
        () => `${kind} (${count}), after ${events.map((event) => event.kind).join(', ')}`,
      ),
    /** Waits until so many messages came. */
    received: (count: number) =>
      until(
        () => messages.length >= count,
        () => `message ${count}`,
      ),
    async [Symbol.asyncDispose]() {
      let closed = false;
      const closing = session.close().then(() => {
        closed = true;
      });
      for (let n = 0; n < 1_000 && !closed; n++) await clock.advance(100);
      await closing;
    },
  };
}

/**
 * Lets time pass in which nothing but the clock and refused attempts happens: an attempt under way is waited for, then
 * the clock jumps to whatever is due.
 */
export async function passTime(
  { clock, session }: Pick<ReturnType<typeof testSession>, 'clock' | 'session'>,
  ms: number,
  attemptsEnded: () => number,
): Promise<void> {
  const end = clock.now() + ms * 1000;
  while (clock.now() < end) {
    await until(() => attemptsEnded() >= session.stats().attempts, 'the end of an attempt');
    await clock.step();
  }
}
