import { stat } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Links, unsealed } from '../support/sst-links.ts';
import { builtFunctions } from './offline/built-functions.ts';
import { planted, type StageName } from './offline/stages.ts';
import { zipEntries } from './offline/zip.ts';

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

/** What is linked to the functions of a stage. */
async function linkedSettings(stage: StageName): Promise<{ name: string; links: Links; settings: unknown }[]> {
  const functions = [...(await builtFunctions(stage)).values()];
  return Promise.all(
    functions.map(async ({ name, zip, environment }) => {
      const file = (await zipEntries(zip)).find((entry) => entry.name === 'resource.enc');
      const links = unsealed(file?.content() ?? Buffer.alloc(0), environment.SST_KEY ?? '');
      const { json } = Object.values(links).find((link) => 'json' in link) ?? {};
      return { name, links, settings: JSON.parse(String(json)) as unknown };
    }),
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

  it('has ccxt only where an exchange needs it', () => {
    const withCcxt = (list: typeof all) =>
      list.filter(({ entries }) => entries.some(({ name }) => name.startsWith('ccxt-'))).map(({ name }) => name);
    expect(withCcxt(defaults)).toEqual([]);
    expect(withCcxt(production).sort()).toEqual(['Backfill', 'SnapshotCcxt']);
  });

  it('has no machine code and no source maps', () => {
    for (const { entries } of all) {
      for (const { name } of entries)
        expect(name).toMatch(/^\.\/$|^docs\/(?:$|[^/]+\.(?:css|js|png)$)|\.(?:mjs|wasm|enc)$/);
    }
  });

  it('has its settings with the lake and the stage of the deployment', async () => {
    for (const { name, settings } of await linkedSettings('production')) {
      expect([name, settings]).toMatchObject([
        name,
        { lake: expect.stringMatching(/^s3:\/\//), cloudwatch: { enabled: true, stage: 'production' } },
      ]);
    }
  });

  it('has of the secrets those that it needs', async () => {
    const has = async (secret: string) =>
      (await linkedSettings('production'))
        .filter(({ links }) => JSON.stringify(links).includes(secret))
        .map(({ name }) => name)
        .sort();
    expect(await has(planted.token)).toEqual(['Api']);
    expect(await has(planted.proxyPassword)).toEqual(['Backfill', 'Snapshot', 'SnapshotCcxt']);
    expect(await has(planted.okxKey)).toEqual(['Backfill', 'Snapshot', 'SnapshotCcxt']);
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
