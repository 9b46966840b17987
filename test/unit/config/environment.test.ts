import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './folder.ts';

const config = (environment: Record<string, string>, yaml?: string) => load(yaml, { environment }).config;

describe('variables', () => {
  it('are read as numbers, booleans, lists and mappings where the schema has those', () => {
    const { exchanges, streamer, proxy, snapshots } = config({
      FEEDLAKE_STREAMER__SEGMENT__MAX_ROWS: '5000',
      FEEDLAKE_STREAMER__SEGMENT__MAX_BYTES: '1000000',
      FEEDLAKE_STREAMER__RAW: 'true',
      FEEDLAKE_EXCHANGES__BYBIT__RATE_LIMIT__SHARE: '0.5',
      FEEDLAKE_EXCHANGES__BYBIT__REST_ONLY: 'TRUE',
      FEEDLAKE_EXCHANGES__BYBIT__CHANNELS: 'trades, liquidations',
      FEEDLAKE_EXCHANGES__BINANCE__SYMBOLS: '["BTC-USDT-PERP"]',
      FEEDLAKE_EXCHANGES__BACKPACK__SYMBOLS: 'all',
      FEEDLAKE_EXCHANGES__OKX__OPTIONS: '{"defaultType":"swap"}',
      FEEDLAKE_EXCHANGES__OKX__OPTIONS__RECVWINDOW: '5000',
      FEEDLAKE_EXCHANGES__OKX__CREDENTIALS__PASSWORD: '12345',
      FEEDLAKE_SNAPSHOTS__OPEN_INTEREST__EVERY: '*/5 * * * 1,3',
      FEEDLAKE_PROXY__EXCHANGES__BYBIT__REST: 'socks5://a.example:1, http://user:p,w@b.example:2, direct',
    });
    expect(streamer).toMatchObject({ raw: true, segment: { max_rows: 5000, max_bytes: 1_000_000 } });
    expect(exchanges.bybit).toMatchObject({ rate_limit: { share: 0.5 }, rest_only: true });
    expect(exchanges.bybit?.channels).toEqual(['trades', 'liquidations']);
    expect(exchanges.binance?.symbols).toEqual(['BTC-USDT-PERP']);
    expect(exchanges.backpack?.symbols).toBe('all');
    expect(exchanges.okx?.options).toEqual({ defaultType: 'swap', recvwindow: 5000 });
    expect(exchanges.okx?.credentials.password).toBe('12345');
    expect(snapshots.open_interest.every).toBe('*/5 * * * 1,3');
    expect(proxy.exchanges.bybit?.rest).toEqual(['socks5://a.example:1', 'http://user:p,w@b.example:2', 'direct']);
  });

  it('overlay a whole section by its parts, whatever their order', () => {
    const { log } = config({ FEEDLAKE_LOG__LEVEL: 'warn', FEEDLAKE_LOG: '{"level":"error","format":"json"}' });
    expect(log).toEqual({ level: 'warn', format: 'json' });
  });

  it('reach an exchange whose name in the file has a hyphen', () => {
    const yaml = 'exchanges: {binance-ccxt: {exchange: binance, engine: ccxt}}';
    const { exchanges } = config({ FEEDLAKE_EXCHANGES__BINANCE_CCXT__REST__RETRIES: '1' }, yaml);
    expect(exchanges['binance-ccxt']).toMatchObject({ exchange: 'binance', rest: { retries: 1 } });
  });

  it('count as unset when empty; those of a Kubernetes service are ignored', () => {
    const { lake } = config({
      FEEDLAKE_LAKE: '',
      FEEDLAKE_SERVICE_HOST: '10.0.0.1',
      FEEDLAKE_PORT_80_TCP_ADDR: '10.0.0.1',
      FEEDLAKE_PORT: 'tcp://10.0.0.1:80',
    });
    expect(lake).toBe('./lake');
  });

  it('are named in the problems they cause', () => {
    const environment = { FEEDLAKE_LOGG__LEVEL: 'info', FEEDLAKE_HEALTH__PORT: 'eighty', FEEDLAKE_API__TOKENS: '[{' };
    expect(problemsOf(() => config(environment)).map(({ path, origin }) => [path, origin])).toEqual([
      ['health.port', 'FEEDLAKE_HEALTH__PORT'],
      ['api.tokens', 'FEEDLAKE_API__TOKENS'],
      ['logg', 'FEEDLAKE_LOGG__LEVEL'],
    ]);
  });
});

describe('references', () => {
  const environment = { HOST: 'proxy.example', EMPTY: '', RETRIES: '9', LIST: 'trades,candles' };
  const lake = (text: string) => load(`lake: '${text}'`, { environment }).config.lake;

  it('are filled in as a shell does', () => {
    expect(lake(`/data/\${HOST}/x`)).toBe('/data/proxy.example/x');
    expect(lake(`\${UNSET:-./fallback}`)).toBe('./fallback');
    expect(lake(`\${EMPTY:-./fallback}`)).toBe('./fallback');
    expect(lake(`a\${EMPTY}b`)).toBe('ab');
    expect(lake(`\${HOST:?needed}`)).toBe('proxy.example');
    expect(lake(`$\${HOST}`)).toBe(`\${HOST}`);
  });

  it('are read as the type that belongs there', () => {
    const yaml = `exchanges: {bybit: {channels: '\${LIST}', rest: {retries: '\${RETRIES}'}}}`;
    const { bybit } = load(yaml, { environment }).config.exchanges;
    expect([bybit?.rest.retries, bybit?.channels]).toEqual([9, ['trades', 'candles']]);
  });

  it('that cannot be filled in are all reported, with their lines, and nothing else is made of them', () => {
    const yaml = [
      `lake: \${UNSET}`,
      `state_dir: \${EMPTY:?say where}`,
      'log:',
      `  level: '\${not-a-name}'`,
      `  format: \${A:-\${B}}`,
    ].join('\n');
    expect(problemsOf(() => load(yaml, { environment }))).toEqual([
      {
        path: 'lake',
        origin: 'feedlake.yaml:1',
        message: `the variable UNSET is not set; set it, or write \${UNSET:-default}`,
      },
      { path: 'state_dir', origin: 'feedlake.yaml:2', message: 'the variable EMPTY is not set: say where' },
      { path: 'log.level', origin: 'feedlake.yaml:4', message: expect.stringContaining('malformed') },
      { path: 'log.format', origin: 'feedlake.yaml:5', message: expect.stringContaining('malformed') },
    ]);
  });
});
