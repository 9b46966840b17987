import { second } from '@feedlake/schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { begin, book, type TestSession, testSession, trades } from '../../../support/session.ts';
import { ack, type Client, type StreamVenue, startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

const sparse = ['t', 'u'];
const limits = { ...streamRules().limits, topicsPerFrame: 1 };

/**
 * A venue that takes its time to heed subscriptions, or to send anything at all after it has accepted them, and whose
 * connections can die without a sign.
 */
async function slowVenue() {
  let manner: { readonly ms: number; readonly of: 'answers' | 'data' } = { ms: 0, of: 'answers' };
  /** How each client is treated, from its first frame on: whether it gets data does not depend on the topic. */
  const manners = new Map<Client, typeof manner & { readonly since: number }>();
  const dead = new Set<Client>();
  const late: { readonly at: number; readonly heed: () => void }[] = [];
  let now = () => 0;
  const venue = await startStreamVenue({
    answer: (client, frame) => {
      if (dead.has(client)) client.topics.clear();
      const { since, ms, of } = manners.get(client) ?? { since: now(), ...manner };
      manners.set(client, { since, ms, of });
      const at = (of === 'answers' ? now() : since) + ms * 1000;
      const isLate = frame.op === 'subscribe' && at > now();
      if (!isLate || of === 'data') ack(client, frame);
      if (!isLate) return;
      for (const topic of frame.topics) client.topics.delete(topic);
      const heed = () => {
        if (dead.has(client)) return;
        for (const topic of frame.topics) client.topics.add(topic);
        if (of === 'answers') ack(client, frame);
      };
      late.push({ at, heed });
    },
  });
  return {
    venue,
    setClock: (clock: () => number) => {
      now = clock;
    },
    /** How clients are treated that come from now on. */
    treat: (next: typeof manner) => {
      manner = next;
    },
    heedDue: () => {
      for (const one of late.filter(({ at }) => at <= now())) {
        late.splice(late.indexOf(one), 1);
        one.heed();
      }
    },
    die: (client: Client) => {
      dead.add(client);
      client.topics.clear();
    },
  };
}

/** What two have to say to each other has come: the clock stood still meanwhile. */
async function settled(t: TestSession, venue: StreamVenue): Promise<void> {
  for (let same = 0, last = ''; same < 4; ) {
    await new Promise(setImmediate);
    const frames = venue.clients.map((client) => client.frames.length);
    const state = JSON.stringify([t.session.stats().messages, t.events.length, frames, venue.connected.length]);
    same = state === last ? same + 1 : 0;
    last = state;
  }
}

/** Stretches that each topic was told to be missing, both ends included; those that have not ended go on. */
function gapsOf(t: TestSession, started: number): Map<string, { from: number; to: number }[]> {
  const open = new Map(sparse.map((topic) => [topic, started]));
  const gaps = new Map<string, { from: number; to: number }[]>(sparse.map((topic) => [topic, []]));
  for (const event of t.events) {
    if (event.kind === 'interrupted') {
      for (const { topic, from } of event.topics) open.set(topic, Math.min(from, open.get(topic) ?? from));
    } else if (event.kind === 'resumed') {
      gaps.get(event.topic)?.push({ from: open.get(event.topic) ?? event.from, to: event.to });
      open.delete(event.topic);
    }
  }
  for (const [topic, from] of open) gaps.get(topic)?.push({ from, to: Number.POSITIVE_INFINITY });
  return gaps;
}

/** What is said meanwhile: books every so many seconds, trades every other second, or none. */
const flow = fc.record({
  kind: fc.constant('flow' as const),
  seconds: fc.integer({ min: 1, max: 12 }),
  every: fc.constantFrom(1, 3),
  topics: fc.subarray(sparse),
});
const delay = fc.record({
  kind: fc.constant('delay' as const),
  ms: fc.constantFrom(0, 1_500, 4_000),
  of: fc.constantFrom('answers' as const, 'data' as const),
});
const action = fc.oneof(
  { weight: 6, arbitrary: flow },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cut' as const, 'die' as const) }) },
  { weight: 1, arbitrary: delay },
);

test('whatever happens to connections, no sparse message is lost outside of the gaps that are told', async () => {
  const count = { lost: 0, covered: 0, overlaps: 0, resubscribed: 0, silent: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 20, maxLength: 40 }), async (actions) => {
      const slow = await slowVenue();
      await using venue = slow.venue;
      await using t = testSession([venue.url], {
        rules: streamRules({ limits }),
        subscriptions: [book('a', 10_000), ...sparse.map((topic) => trades(topic, 1_500))],
        timeouts: { rotateMs: 60_000, socketSilenceMs: 10_000 },
      });
      slow.setClock(() => t.clock.now());
      const started = await begin(t, venue);
      const sent: { topic: string; text: string; at: number }[] = [];
      for (const one of actions) {
        const [client] = venue.connected;
        if (one.kind === 'delay') slow.treat(one);
        else if (one.kind === 'cut') client?.socket.terminate();
        else if (one.kind === 'die' && client !== undefined) slow.die(client);
        for (let half = 1; one.kind === 'flow' && half <= 2 * one.seconds; half++) {
          await t.clock.advance(500);
          await settled(t, venue);
          slow.heedDue();
          if (half % (2 * one.every) === 0) venue.send('a');
          for (const topic of half % 4 === 1 ? one.topics : []) {
            venue.send(topic, String(sent.length));
            sent.push({ topic, text: `data ${topic} ${sent.length}`, at: t.clock.now() });
          }
          await settled(t, venue);
        }
      }
      await t.clock.advance(500);
      void t.session.close();
      const gaps = gapsOf(t, started);
      const isTold = ({ topic, at }: { topic: string; at: number }) =>
        gaps.get(topic)?.some(({ from, to }) => from <= at && at <= to) === true;
      const had = new Set(t.messages.map(({ text }) => text));
      const lost = sent.filter(({ text }) => !had.has(text));
      const untold = lost.filter((message) => !isTold(message));
      expect(untold.map(({ text, at }) => `${text}, ${(at - started) / second} s after the start`)).toEqual([]);
      count.lost += lost.length;
      count.covered += sent.filter((message) => !isTold(message)).length;
      count.overlaps += t.all('overlap').filter(({ taken }) => taken).length;
      for (const { cause } of t.all('resumed')) {
        if (cause === 'resubscribe') count.resubscribed++;
        else if (cause === 'silent') count.silent++;
      }
    }),
    { numRuns: 25 },
  );
  // All of it did happen, and not everything is called a gap.
  for (const [what, times] of Object.entries(count)) expect(times, what).toBeGreaterThan(0);
  expect(count.covered).toBeGreaterThan(count.lost);
}, 60_000);
