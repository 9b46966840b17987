import { createDecipheriv } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { builtFunctions } from './offline/built-functions.ts';
import { planted, type StageName } from './offline/stages.ts';
import { zipEntries } from './offline/zip.ts';

/** As SST seals what it links: AES-256-GCM, a nonce of zeros, the tag at the end. */
function unsealed(sealed: Buffer, key: string): unknown {
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), Buffer.alloc(12));
  decipher.setAuthTag(sealed.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString());
}

const megabyte = 1_000_000;

/** Of the functions of a stage: name, entries of the zip, and its size. */
async function packed(stage: StageName) {
  const functions = [...(await builtFunctions(stage)).values()];
  return Promise.all(
    functions.map(async ({ name, zip, handler }) => ({
      name,
      handler,
      size: (await stat(zip)).size,
      entries: await zipEntries(zip),
    })),
  );
}

describe('what would be uploaded', async () => {
  const defaults = await packed('ci');
  const production = await packed('production');
  const all = [...defaults, ...production];

  it('is a zip for each function, at most 3 MB without ccxt', () => {
    expect(defaults.map(({ name }) => name).sort()).toEqual(['Api', 'Backfill', 'Coverage', 'Snapshot']);
    for (const { name, size } of defaults) expect([name, size <= 3 * megabyte]).toEqual([name, true]);
  });

  it('has the handler and the secrets, the encoder of Parquet where it writes, and each file once', () => {
    for (const { name, entries, handler } of all) {
      const names = entries.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['bundle.mjs', 'resource.enc']));
      expect(names.includes('parquet_wasm_bg.wasm'), name).toBe(/^(?:Snapshot|Backfill|Coverage)/.test(name));
      expect(names.includes('docs/swagger-ui-bundle.js'), name).toBe(name === 'Api');
      expect(handler).toBe('bundle.handler');
      expect(new Set(names).size).toBe(names.length);
      const bundle =
        entries
          .find(({ name }) => name === 'bundle.mjs')
          ?.content()
          .toString() ?? '';
      expect(bundle).toMatch(/export\s*\{[^}]*\bhandler\b/);
    }
  });

  it('has the settings file where there is one', () => {
    const withSettings = (list: typeof all) =>
      list.filter(({ entries }) => entries.some(({ name }) => name === 'feedlake.yaml')).length;
    expect([withSettings(defaults), withSettings(production)]).toEqual([0, production.length]);
  });

  it('has ccxt only where an exchange needs it', () => {
    const withCcxt = (list: typeof all) =>
      list.filter(({ entries }) => entries.some(({ name }) => name.startsWith('ccxt-'))).map(({ name }) => name);
    expect(withCcxt(defaults)).toEqual([]);
    expect(withCcxt(production).sort()).toEqual(['Backfill', 'SnapshotCcxt']);
  });

  it('has no machine code and no source maps', () => {
    for (const { entries } of all) {
      for (const { name } of entries)
        expect(name).toMatch(/^\.\/$|^docs\/(?:$|[^/]+\.(?:css|js|png)$)|\.(?:mjs|wasm|enc|yaml)$/);
    }
  });

  it('can read the secrets that its settings file refers to', async () => {
    for (const { name, zip, environment } of (await builtFunctions('production')).values()) {
      const sealed = (await zipEntries(zip)).find((entry) => entry.name === 'resource.enc')?.content();
      const links = unsealed(sealed ?? Buffer.alloc(0), environment.SST_KEY ?? '');
      expect([name, links]).toMatchObject([name, { OkxKey: { value: planted.okxKey } }]);
    }
  });

  it('has no secret in plain text', () => {
    const texts = Object.values(planted);
    for (const { name: fn, entries } of all) {
      const open = entries.filter((entry) => {
        const content = entry.content();
        return texts.some((text) => content.includes(text));
      });
      expect([fn, open.map(({ name }) => name)]).toEqual([fn, []]);
    }
  });
});
