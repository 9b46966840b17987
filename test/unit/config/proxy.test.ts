import { proxyFor } from '@feedlake/config';
import { describe, expect, it } from 'vitest';
import { load, problemsOf } from './folder.ts';

describe('proxyFor', () => {
  const section = `
  default: {rest: "http://default.example:3128", websocket: "socks5://default.example:1080"}
  exchanges:
    bybit: {rest: ["socks5h://one.example:1080", "socks5h://two.example:1080"]}
    binance: {rest: direct, websocket: direct}
`;
  const { config } = load(`proxy:${section}`);

  it('prefers what the exchange has, and takes what is missing from the default', () => {
    expect(proxyFor(config, 'bybit', 'rest')).toEqual(['socks5h://one.example:1080', 'socks5h://two.example:1080']);
    expect(proxyFor(config, 'bybit', 'websocket')).toEqual(['socks5://default.example:1080']);
    expect(proxyFor(config, 'okx', 'rest')).toEqual(['http://default.example:3128']);
  });

  it('goes direct where told so, where nothing is set, and where proxies are disabled', () => {
    expect(proxyFor(config, 'binance', 'rest')).toEqual(['direct']);
    expect(proxyFor(load('').config, 'bybit', 'rest')).toEqual(['direct']);
    const disabled = load(`proxy:\n  enabled: false${section}`).config;
    expect(proxyFor(disabled, 'bybit', 'rest')).toEqual(['direct']);
    expect(proxyFor(disabled, 'okx', 'websocket')).toEqual(['direct']);
  });

  it('is not misled by names that every object has', () => {
    expect(proxyFor(config, 'constructor', 'rest')).toEqual(['http://default.example:3128']);
  });
});

describe('validation of proxies', () => {
  const refused = (url: string) => problemsOf(() => load(`proxy: {default: {rest: '${url}'}}`)).length > 0;

  it.each([
    'http://proxy.example:80',
    'https://user@proxy.example:443',
    'socks4://user@10.0.0.1:1080',
    'socks4a://proxy.example:1080',
    'socks5://user:p%40ss%2F@[::1]:1080/',
    'socks5h://user:word@proxy_1.example:65535',
    'direct',
  ])('takes %s', (url) => expect(refused(url)).toBe(false));

  it.each([
    'proxy.example:1080',
    'ftp://proxy.example:21',
    'socks://proxy.example:1080',
    'http://proxy.example',
    'http://:3128',
    'http://proxy.example:0',
    'http://proxy.example:65536',
    'http://user:a/b@proxy.example:3128',
    'http://user:%zz@proxy.example:3128',
    'http://proxy.example:3128/path',
    'Direct',
    '',
  ])('refuses %s', (url) => expect(refused(url)).toBe(true));
});
