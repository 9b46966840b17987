import { expect, test } from 'vitest';
import { fromField } from '../../../packages/api/src/openapi/fields.ts';

const read = (query: string) => fromField('From').safeParse(new URLSearchParams(query).get('from'));

test.each([
  '2026-10-01T00:00:00%2B02:00',
  '2026-10-01T00:00:00%2B0200',
  '2026-10-01T00:00:00%2B02',
  '2026-09-30T22:00Z',
])('a time may have a zone: %s', (text) => expect(read(`from=${text}`).data).toBe(Date.UTC(2026, 8, 30, 22) * 1000));

test.each(['2026-10-01T00:00:00+02:00', '2026-10-01T00:00+0200', '2026-10-01T00:00:00.5+02'])(
  'a `+` that arrived as a space is explained: %s',
  (text) => expect(read(`from=${text}`).error?.issues[0]?.message).toContain('write `%2B`'),
);

test.each(['soon', '2026-02-30', '2026-10-01 02', '2026-10-01T00:00:00%2B25:00'])('%s is no time', (text) =>
  expect(read(`from=${text}`).error?.issues[0]?.message).toMatch(/^not a time; write 2026-10-01,/),
);
