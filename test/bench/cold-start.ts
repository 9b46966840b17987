import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpackedFunctions } from '../functions/support/built.ts';
import { type FunctionOptions, startFunction } from '../functions/support/lambda.ts';
import { withSettings } from '../functions/support/settings.ts';
import { synthesize } from '../infra/offline/synthesis.ts';

/**
 * Cold starts: from the start of the process to the first answer, under AWS's own runtime client, of the very zips that would be
 * deployed and of a handler that does nothing, in turn. Wants `npm ci --prefix test/functions/runtime`.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const rounds = Number(values.rounds);

await synthesize();
const { functions, remove } = await unpackedFunctions();
const bare = mkdtempSync(join(tmpdir(), 'feedlake-bare-'));
writeFileSync(join(bare, 'bundle.mjs'), 'export const handler = async () => ({ statusCode: 200 });\n');
const lake = mkdtempSync(join(tmpdir(), 'feedlake-lake-'));

const url = {
  version: '2.0',
  rawPath: '/health',
  rawQueryString: '',
  headers: { host: 'test' },
  requestContext: { domainName: 'test', http: { method: 'GET', path: '/health', sourceIp: '203.0.113.7' } },
  isBase64Encoded: false,
};

const onLake = (name: string) => {
  const unpacked = functions.get(name);
  if (unpacked === undefined) throw new RangeError(`${name} is not among the functions`);
  return withSettings(unpacked, (settings) => {
    settings.lake = lake;
  });
};

const cases = [
  { name: 'bare handler', options: { folder: bare, handler: 'bundle.handler' }, event: url },
  { name: 'Api, GET /health', options: onLake('Api'), event: url },
  {
    name: 'Coverage, of an empty lake',
    options: onLake('Coverage'),
    event: { scheduled: new Date().toISOString() },
  },
  // It reads the settings, and finds that the event makes no sense: all that precedes a request to an exchange.
  { name: 'Snapshot, up to its event', options: onLake('Snapshot'), event: {} },
];

async function coldStart(options: Partial<FunctionOptions>, event: unknown): Promise<number> {
  const running = await startFunction({
    folder: '',
    handler: '',
    name: 'cold',
    memoryMb: 1024,
    timeoutMs: 30_000,
    environment: {},
    ...options,
  });
  await running.invoke(event).catch(() => {});
  const ms = performance.now() - running.startedAt;
  await running.kill();
  return ms;
}

const times = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const { name, options, event } of cases) times.get(name)?.push(await coldStart(options ?? {}, event));
}
remove();
for (const folder of [bare, lake]) rmSync(folder, { recursive: true });

const median = (name: string) => times.get(name)?.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
const floor = median('bare handler');
process.stdout.write(`cold starts, Node ${process.version}, medians of ${rounds}\n`);
for (const { name } of cases) {
  process.stdout.write(
    `  ${name.padEnd(28)} ${median(name).toFixed(0).padStart(5)} ms  ${(median(name) / floor).toFixed(1)} times\n`,
  );
}
