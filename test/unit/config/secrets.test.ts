import { ConfigError, loadConfig, mask, redact, redactUrl, settingsOf } from '@feedlake/config';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { folderWith, load } from './folder.ts';

/** The forms in which a secret could get out. */
function forms(secret: string): string[] {
  return [secret, encodeURIComponent(secret), encodeURI(secret), Buffer.from(secret).toString('base64')];
}

const ordinary = JSON.stringify(settingsOf(load('')));

/** Any text that is not to be found in what is shown of settings without secrets. */
const secrets = fc
  .oneof(
    fc.string({ minLength: 10, maxLength: 40, unit: 'grapheme' }),
    fc.base64String({ minLength: 12, maxLength: 60 }),
  )
  .filter((text) => text.trim().length >= 8 && !ordinary.includes(text) && !text.includes('\0'));

function expectHidden(shown: string, secret: string): void {
  for (const form of forms(secret)) expect(shown).not.toContain(form);
}

const extensions = { backpack: z.strictObject({ seed: z.string().optional().meta({ writeOnly: true }) }) };

it('never shows a secret, wherever it came from', () => {
  const folder = folderWith(
    stringify({
      exchanges: {
        bybit: { credentials: { api_key: `\${KEY}`, secret: `x\${KEY}` } },
        backpack: { options: { seed: `\${KEY}` } },
        other: { exchange: 'backpack', options: { seed: `\${KEY}` } },
        okx: {
          options: {
            headers: { authorization: `\${KEY}` },
            apiKey: `\${KEY}`,
            urls: [`https://\${ENCODED}@a.example/`],
          },
        },
      },
      proxy: { default: { rest: `socks5://user:\${ENCODED}@proxy.example:1080` } },
    }),
  );
  fc.assert(
    fc.property(secrets, (secret) => {
      const encoded = encodeURIComponent(secret);
      const environment = {
        KEY: secret,
        ENCODED: encoded,
        FEEDLAKE_EXCHANGES__BINANCE__CREDENTIALS__SECRET: secret,
        FEEDLAKE_PROXY__EXCHANGES__BYBIT__WEBSOCKET: `http://${encoded}:${encoded}@proxy.example:3128`,
        FEEDLAKE_EXCHANGES__BINANCE__ENDPOINTS__REST: `https://${encoded}@api.example/base`,
      };
      const loaded = loadConfig({ folder, environment, extensions });
      expect(loaded.config.exchanges.bybit?.credentials.api_key).toBe(secret);
      expectHidden(JSON.stringify([loaded.redacted(), settingsOf(loaded), redact(loaded.config, extensions)]), secret);
    }),
    { numRuns: 40 },
  );
});

it('never repeats a secret in an error, whatever is wrong with it', () => {
  const places: ((secret: string) => [unknown, Record<string, string>])[] = [
    (secret) => [{ exchanges: { bybit: { credentials: { api_key: [secret] } } } }, {}],
    (secret) => [{ exchanges: { bybit: { credentials: secret } } }, {}],
    (secret) => [{ exchanges: { bybit: { engine: secret, symbols: { x: secret } } } }, {}],
    (secret) => [{ proxy: { default: { rest: `socks5://user:${secret}` } } }, {}],
    (secret) => [{ proxy: { default: { rest: [`${secret}://user:${secret}@proxy.example:x`] } } }, {}],
    (secret) => [{ api: { tokens: [secret, { name: 'a', sha256: secret, expires: secret }] } }, {}],
    (secret) => [{ log: { level: `\${KEY}` }, lake: `gs://\${KEY}` }, { KEY: secret }],
    (secret) => [{}, { FEEDLAKE_API__TOKENS: `[${secret}`, FEEDLAKE_HEALTH__PORT: secret, FEEDLAKE_UNKNOWN: secret }],
  ];
  const text = (place: (secret: string) => [unknown, Record<string, string>], secret: string): string => {
    const [file, environment] = place(secret);
    const folder = folderWith(stringify(file).replaceAll(/\$\{(?!KEY)/g, '$$$${'));
    try {
      loadConfig({ folder, environment });
    } catch (error) {
      if (error instanceof ConfigError)
        return JSON.stringify([error.message, error.problems, error.stack?.split('\n    at ')[0]]);
      throw error;
    }
    throw new Error('expected a ConfigError');
  };
  const shown = places.map((place) => text(place, 'no-secret-at-all'));
  fc.assert(
    fc.property(secrets, fc.nat(places.length - 1), (secret, index) => {
      const place = places[index] as (typeof places)[number];
      fc.pre(!forms(secret).some((form) => shown[index]?.includes(form)));
      expectHidden(text(place, secret), secret);
    }),
    { numRuns: 80 },
  );
});

it('never quotes the text around a mistake in YAML', () => {
  fc.assert(
    fc.property(secrets, fc.constantFrom('@', '"', '[', '!', '*', '"\\q', '- '), (secret, mistake) => {
      try {
        load(`exchanges: {}\napi: ${mistake}${secret}\n`);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        const known = 'not valid YAML expected a mapping given an unknown key';
        fc.pre(!known.includes(secret));
        expect(error.message).not.toContain(secret.trim());
      }
    }),
    { numRuns: 60 },
  );
});

it('masks user, password, query and fragment of a URL and leaves the rest', () => {
  const cases: [string, string][] = [
    ['https://api.example:8443/path', 'https://api.example:8443/path'],
    ['socks5h://user:word@proxy.example:1080', `socks5h://${mask}@proxy.example:1080`],
    ['https://token@api.example/path', `https://${mask}@api.example/path`],
    ['http://user:p@ss/w#rd?@proxy.example:3128', `http://${mask}@proxy.example:3128`],
    ['https://api.example/x?key=abc&flag&n=1#part', `https://api.example/x?key=${mask}&${mask}&n=${mask}#${mask}`],
    ['user:word@proxy.example:1080', mask],
    ['s3://bucket/prefix', 's3://bucket/prefix'],
    ['./lake', './lake'],
  ];
  for (const [url, shown] of cases) expect(redactUrl(url)).toBe(shown);
});
