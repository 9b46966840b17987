import { createLogger, type LoggerOptions, silentLogger } from '@feedlake/telemetry';
import { expect, test } from 'vitest';

function logged(options: LoggerOptions) {
  const lines: string[] = [];
  const logger = createLogger({ ...options, stream: { write: (line) => lines.push(line) } });
  return { logger, lines };
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test('JSON: one object a line, with the fields of parent and child, written at once', () => {
  const { logger, lines } = logged({ format: 'json' });
  logger.child({ exchange: 'binance' }).warn({ until: 5, nothing: null }, 'rate limited\nfor a while');
  expect(lines.length).toBe(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    time: expect.stringMatching(time),
    level: 'warn',
    exchange: 'binance',
    until: 5,
    nothing: null,
    message: 'rate limited\nfor a while',
  });
});

test('text: a line to read, in which nothing breaks the line or drives the terminal', () => {
  const { logger, lines } = logged({ format: 'text' });
  logger.info({ host: 'a:1', words: 'x "y"', list: [1], escape: '\u001b[2J', empty: '' }, 'one\ntwo \u001b[31mred');
  const [line = ''] = lines;
  expect(line.slice(24)).toBe(
    `${String.raw` INFO  one two [31mred host=a:1 words="x \"y\"" list=[1] escape="\u001b[2J" empty=""`}\n`,
  );
  expect(line.slice(0, 24)).toMatch(time);
});

test.each(['json', 'text'] as const)('%s: an error keeps its words and sheds what hangs on it', (format) => {
  const { logger, lines } = logged({ format });
  const error = Object.assign(new TypeError('no way', { cause: new Error('hunter2') }), {
    code: 'E1',
    options: { password: 'hunter2' },
  });
  logger.error({ error, err: error }, 'failed');
  logger.child({ error }).error({}, 'failed');
  logger.error(error, 'failed');
  expect(lines.length).toBe(3);
  for (const line of lines) {
    expect(line).toContain('TypeError');
    expect(line).toContain('no way');
    expect(line).not.toContain('hunter2');
  }
});

test('what is below the level is not written', () => {
  const { logger, lines } = logged({ level: 'warn' });
  logger.debug({}, 'a');
  logger.info({}, 'b');
  logger.warn({}, 'c');
  logger.error({}, 'd');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['c', 'd']);
});

test('the silent logger has silent children', () => {
  expect(silentLogger.child({ a: 1 })).toBe(silentLogger);
  expect(silentLogger.error({}, 'x')).toBeUndefined();
});
