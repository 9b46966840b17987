import { expect, test } from 'vitest';
import { book, testSession } from '../../../support/session.ts';
import { startStreamVenue, streamRules } from '../../../support/stream-venue.ts';

test('connects, subscribes, and hands over what comes, with its topic, connection and time of receipt', async () => {
  await using venue = await startStreamVenue();
  await using t = testSession([`${venue.url}/mirror/`], { subscriptions: [book('a'), book('b')] });
  const started = t.clock.now();
  t.session.start();
  await t.event('subscribed');
  await t.clock.advance(250);
  venue.send('a', '1');
  venue.send('b', '2');
  await t.received(2);
  expect(venue.client.path).toBe('/mirror/stream');
  expect(venue.client.frames).toEqual([{ op: 'subscribe', id: 1, topics: ['a', 'b'] }]);
  const { connection } = t.messages[0] ?? { connection: '' };
  const received = started + 250_000;
  expect(t.messages).toEqual([
    { text: 'data a 1', received, connection, topic: 'a' },
    { text: 'data b 2', received, connection, topic: 'b' },
  ]);
  expect(connection).toMatch(new RegExp(`^${t.exchange}-${started}-\\d+$`));
  expect(t.all('resumed')).toEqual(
    ['a', 'b'].map((topic) => {
      return { kind: 'resumed', at: received, cause: 'start', topic, from: started, to: received, connection };
    }),
  );
});
