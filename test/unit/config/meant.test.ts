import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './folder.ts';

const problems = (yaml: string, environment = {}) =>
  problemsOf(() => load(yaml, { environment })).map(({ path, message }) => [path, message]);

describe('folders', () => {
  it('are in the home folder where they begin with `~/`, whichever source says so', () => {
    const { config, origin } = load('lake: ~/lake\nstate_dir: "~"', {
      environment: { FEEDLAKE_STATE_DIR: '~/state/a' },
    });
    expect([config.lake, origin('lake')]).toEqual([join(homedir(), 'lake'), 'feedlake.yaml:1']);
    expect(config.state_dir).toBe(join(homedir(), 'state/a'));
    expect(load('state_dir: "~"').config.state_dir).toBe(join(homedir(), '.').replace(/\/$/, ''));
  });

  it('keep a `~` elsewhere', () => {
    expect(load('lake: ./~/a~b\nstate_dir: x~').config).toMatchObject({ lake: './~/a~b', state_dir: 'x~' });
    expect(load('lake: s3://bucket/~/x').config.lake).toBe('s3://bucket/~/x');
  });

  it.each(['s3://bucket', 's3://bucket/', 's3://bucket/a', 's3://bucket/a/b.c/', 's3://my.bucket-1/a b'])(
    'may be in a bucket: %s',
    (lake) => expect(load(`lake: ${lake}`).config.lake).toBe(lake),
  );

  it.each(['s3://Bucket/a', 's3://b', 's3://bucket//a', 's3://bucket/../a', 's3://bucket/a/.b', 's3://bucket/a\\b'])(
    'are none there that the lake could not be opened at: %s',
    (lake) => expect(problems(`lake: ${lake}`)).toEqual([['lake', expect.stringContaining('begin with no `.`')]]),
  );

  it('are not those of others, nor addresses', () => {
    const message = (yaml: string) => problems(yaml)[0]?.[1];
    expect(message('lake: ~bob/lake')).toContain('`~` is your own home folder alone, as in `~/lake`');
    expect(message('state_dir: ~bob')).toContain('`~` is your own home folder alone');
    expect(message('lake: S3://bucket/prefix')).toMatch(/^expected a folder, or `s3:\/\/bucket\/prefix`, given a text/);
    expect(message('state_dir: s3://bucket/prefix')).toMatch(/^expected a folder, given a text/);
    expect(message('state_dir: ""')).toContain('given an empty text');
  });
});

describe('durations', () => {
  const message =
    'expected a duration such as `500ms`, `10s`, `5m`, `1h` or `1d`, given a number without a unit; add the one that is meant';

  it('want a unit, wherever they stand', () => {
    const yaml = `streamer: {segment: {max_age: 5}, sync_interval: "7"}
exchanges: {okx: {candle_intervals: [1m, 5], timeouts: {silence: {trades: 1.5}}}}
`;
    expect(problems(yaml, { FEEDLAKE_COMPACTION__AFTER: '6' })).toEqual([
      ['exchanges.okx.candle_intervals.1', message],
      ['exchanges.okx.timeouts.silence.trades', message],
      ['streamer.sync_interval', message],
      ['streamer.segment.max_age', message],
      ['compaction.after', message],
    ]);
  });

  it('that are waited for end while a timer can', () => {
    const rotate = (age: string) => problems(`exchanges: {bybit: {websocket: {rotate_after: ${age}}}}`);
    expect(rotate('24d')).toEqual([]);
    expect(rotate('25d')).toEqual([
      ['exchanges.bybit.websocket.rotate_after', expect.stringContaining('at most `24d`')],
    ]);
    expect(rotate('25x')).toEqual([
      ['exchanges.bybit.websocket.rotate_after', expect.stringContaining('a duration such as')],
    ]);
    // Nobody waits for that one.
    expect(problems('api: {longest_range: 3660d}')).toEqual([]);
  });
});

it('names how datasets are had that no exchange streams, once', () => {
  expect(
    problems('exchanges: {bybit: {channels: [trades, instruments, raw, trads, funding_rates, coverage]}}'),
  ).toEqual([
    ['exchanges.bybit.channels.1', expect.stringContaining('polled, by `snapshots.instruments`')],
    ['exchanges.bybit.channels.2', expect.stringContaining('`streamer.raw`')],
    ['exchanges.bybit.channels.4', expect.stringContaining('polled, by `snapshots.funding_rates`')],
    ['exchanges.bybit.channels.5', expect.stringContaining('along with whatever is collected')],
    ['exchanges.bybit.channels.3', expect.stringContaining('did you mean `trades`?')],
  ]);
});

describe('health and the API', () => {
  it.each([
    'health: {port: 8080}\napi: {enabled: true}',
    'api: {enabled: true, port: 9464}',
    'health: {port: 80, host: 0.0.0.0}\napi: {enabled: true, port: 80, host: 10.0.0.1}',
    'health: {port: 80, host: 10.0.0.1}\napi: {enabled: true, port: 80, host: "::"}',
  ])('are not on one port of one address: %s', (yaml) => {
    expect(problems(yaml)).toEqual([['api.port', expect.stringContaining('another port than `health.port`')]]);
  });

  it('are told of beside all else that is wrong', () => {
    const paths = problems('lak: x\nlog: {level: 5}\napi: {enabled: true, port: 9464}').map(([path]) => path);
    expect(paths.sort()).toEqual(['api.port', 'lak', 'log.level']);
  });

  it.each([
    'health: {port: 8080}',
    'health: {port: 0}\napi: {enabled: true, port: 0}',
    'health: {port: 80, host: 10.0.0.1}\napi: {enabled: true, port: 80, host: 10.0.0.2}',
  ])('may be so otherwise: %s', (yaml) => {
    expect(problems(yaml)).toEqual([]);
  });
});
