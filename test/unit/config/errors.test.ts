import { ConfigError } from '@feedlake/config';
import { expect, it } from 'vitest';
import { load, problemsOf } from './folder.ts';

it('reports everything at once: path, line, what was expected and how to mend it', () => {
  const yaml = `lake: gs://bucket
stat_dir: x
exchanges:
  bybit:
    symbls: all
    rest:
      timeout: 10
      retries: -1
    channels: [trades, trade]
  Binance: {}
  okx: {engine: native}
proxy:
  default: {rest: "ftp://proxy.example:21", websocket: "socks5://proxy.example"}
  exchanges: {bybit: {rest: ["direct", "socks5://user:p@ss@proxy.example:1080"]}}
snapshots:
  open_interest: {every: 61 * * * *, exchanges: [bybt]}
streamer: {shard: {index: 2, count: 2}}
log: {level: inof, format: [text]}
`;
  const problems = problemsOf(() => load(yaml));
  expect(
    new Map(problems.map(({ path, origin, message }) => [`${path} ${origin.replace('feedlake.yaml', '')}`, message])),
  ).toEqual(
    new Map([
      ['exchanges.Binance :10', 'expected an id of lower-case letters, digits and inner `_` or `-`; rename it'],
      [
        'exchanges.okx.engine :11',
        'expected `ccxt`, as there is no native adapter for this exchange; write `ccxt` or remove it',
      ],
      ['snapshots.open_interest.exchanges.0 :16', 'expected the id of a configured exchange; did you mean `bybit`?'],
      ['lake :1', 'expected a folder, or `s3://bucket/prefix`, given a text; write for example `s3://my-bucket/lake`'],
      ['exchanges.bybit.symbls :5', 'unknown key; did you mean `symbols`?'],
      [
        'exchanges.bybit.rest.timeout :7',
        expect.stringMatching(
          /^expected a duration such as .*, given a number without a unit; add the one that is meant$/,
        ),
      ],
      [
        'exchanges.bybit.rest.retries :8',
        'expected at least 0, given a number; correct it, or remove it for the default `4`',
      ],
      ['exchanges.bybit.channels.1 :9', expect.stringMatching(/^expected one of .*did you mean `trades`\?$/)],
      ['proxy.default.rest :13', expect.stringContaining('scheme is one of http, https, socks4')],
      ['proxy.default.websocket :13', expect.stringContaining('with host and port')],
      ['proxy.exchanges.bybit.rest.1 :14', expect.stringContaining('percent-encoded')],
      ['snapshots.open_interest.every :16', expect.stringContaining('cron expression of five fields')],
      ['streamer.shard.index :17', expect.stringContaining('less than `count`')],
      ['log.level :18', expect.stringMatching(/did you mean `info`\?$/)],
      ['log.format :18', expect.stringContaining('given a list')],
      ['stat_dir :2', 'unknown key; did you mean `state_dir`?'],
    ]),
  );
});

it('finds the nearest known name whatever its case and punctuation, and lists the names where none is near', () => {
  const message = (yaml: string) => problemsOf(() => load(yaml))[0]?.message;
  expect(message('stateDir: x')).toContain('`state_dir`');
  expect(message('streamer: {segment: {maxRows: 1}}')).toContain('`max_rows`');
  expect(message('exchanges: {bybit: {credentials: {api_secret: x}}}')).toContain('`secret`');
  expect(message('exchanges: {bybit: {timeouts: {silence: {trads: 1s}}}}')).toContain('`trades`');
  expect(message('health: {zzzzzz: 1}')).toBe('unknown key; known here: host, port');
});

it('refuses exchanges that do not exist, where it is told which do', () => {
  const venues = ['binance', 'bybit', 'hyperliquid', 'backpack', 'okx'];
  const yaml = 'exchanges: {okxx: {}, mine: {exchange: okx}}\nproxy: {exchanges: {bybt: {rest: direct}, okx: {}}}';
  expect(problemsOf(() => load(yaml, { venues })).map(({ path, message }) => [path, message])).toEqual([
    ['exchanges.okxx', 'expected the id of an exchange that is supported; did you mean `okx`?'],
    ['proxy.exchanges.bybt', 'expected the id of an exchange; did you mean `bybit`?'],
  ]);
});

it('says where a file is no YAML, or holds no mapping', () => {
  const places = (yaml: string) => problemsOf(() => load(yaml)).map(({ origin, message }) => [origin, message]);
  expect(places('lake: x\nlog:\n  level: "info\n')).toEqual([
    ['feedlake.yaml:4', 'not valid YAML: a quote, bracket or comma is missing'],
  ]);
  expect(places('lake: x\nlake: y\n')).toEqual([
    ['feedlake.yaml:2', 'not valid YAML: a key stands twice in one mapping'],
  ]);
  expect(places('\n- lake\n')).toEqual([['feedlake.yaml:2', expect.stringContaining('expected a mapping')]]);
  expect(places('lake: x\nstate_dir: *absent\n')).toEqual([['feedlake.yaml:2', expect.stringContaining('an alias')]]);
  expect(places('exchanges: {okx: {options: &a {inner: *a}}}')).toEqual([
    ['feedlake.yaml:1', expect.stringContaining('nested too deeply')],
  ]);
});

it('is one error whose text names every problem', () => {
  expect(() => load('lak: x\nlog: {level: 5}')).toThrow(ConfigError);
  expect(() => load('lak: x\nlog: {level: 5}')).toThrow(
    /2 problems[\s\S]*log\.level \(feedlake\.yaml:2\)[\s\S]*lak \(feedlake/,
  );
});

it.each(['1001MB', '2GB', 2_147_483_648])('refuses segments that could not be sealed: %s', (size) => {
  const [problem] = problemsOf(() => load(`streamer: {segment: {max_bytes: ${size}}}`));
  expect(problem).toMatchObject({
    path: 'streamer.segment.max_bytes',
    message: expect.stringContaining('at most `1GB`: sealing a segment takes it into memory'),
  });
});

it.each(['1GB', '900MiB', 1])('takes segments of %s', (size) => {
  expect(load(`streamer: {segment: {max_bytes: ${size}}}`).config.streamer.segment.max_bytes).toBe(size);
});

it('says of a size what is wrong with it before how large it may be', () => {
  const problems = problemsOf(() => load('streamer: {segment: {max_bytes: 5XB}}'));
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('a size such as')]);
});
