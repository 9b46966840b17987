import { createLogger } from '@feedlake/telemetry';
import {
  type SessionEvent,
  type Subscription,
  WebSocketSession,
  type WebSocketSessionOptions,
} from '@feedlake/transport';
import { ManualClock, until } from './manual-clock.ts';
import { type StreamVenue, streamRules } from './stream-venue.ts';

let sessions = 0;

export type TestSession = ReturnType<typeof testSession>;

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
  { clock, session }: Pick<TestSession, 'clock' | 'session'>,
  ms: number,
  attemptsEnded: () => number,
): Promise<void> {
  const end = clock.now() + ms * 1000;
  while (clock.now() < end) {
    await until(() => attemptsEnded() >= session.stats().attempts, 'the end of an attempt');
    await clock.step();
  }
}

/** Starts, and waits for the first frame. @returns the time of the start (µs) */
export async function begin({ session, clock }: TestSession, venue: StreamVenue): Promise<number> {
  const started = clock.now();
  session.start();
  await until(() => venue.clients.length === 1 && venue.client.frames.length > 0, 'the first frame');
  return started;
}

/** Sends these topics to whoever has them, and waits until all of it has come. */
export async function deliver({ session }: TestSession, venue: StreamVenue, topics: readonly string[]): Promise<void> {
  const before = session.stats().messages;
  const sent = venue.connected.reduce((sum, one) => sum + topics.filter((topic) => one.topics.has(topic)).length, 0);
  for (const topic of topics) venue.send(topic);
  await until(() => session.stats().messages >= before + sent, 'the messages');
}

/** Lets time pass second by second, while the venue sends data of these topics every so many seconds. */
export async function live(
  t: TestSession,
  venue: StreamVenue,
  seconds: number,
  alive: Record<string, number> = {},
): Promise<void> {
  for (let n = 1; n <= seconds; n++) {
    await t.clock.advance(1_000);
    const { attempts } = t.session.stats();
    await until(() => t.all('connected').length + t.all('failed').length === attempts, 'the attempts');
    await deliver(
      t,
      venue,
      Object.keys(alive).filter((topic) => n % (alive[topic] ?? 1) === 0),
    );
  }
}
