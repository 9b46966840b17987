import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Opens exchanges in a process of its own, and tells after each step whether ccxt was loaded. */
const program = `
import { registerHooks } from 'node:module';
let loaded = false;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'ccxt') loaded = true;
    return next(specifier, context);
  },
});
const { openVenue } = await import('@feedlake/collector');
const { loadConfig } = await import('@feedlake/config');
const { silentLogger } = await import('@feedlake/telemetry');
const { config } = loadConfig({ environment: {}, folder: '/', code: { exchanges: { okx: {} } } });
const { signal } = new AbortController();
const steps = [];
const binance = openVenue(config, 'binance', silentLogger, signal);
await binance.snapshot('open_interest');
steps.push(loaded);
const okx = openVenue(config, 'okx', silentLogger, signal);
steps.push(loaded);
await okx.snapshot('open_interest');
steps.push(loaded);
await Promise.all([binance.close(), okx.close()]);
process.stdout.write(JSON.stringify(steps));
`;

test('ccxt is loaded by the first call to an exchange that needs it, and by nothing before', async () => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  expect(JSON.parse(stdout)).toEqual([false, false, true]);
});
