import { type Column, datasetNames, datasets } from '@feedlake/schema';
import { describe, expect, it } from 'vitest';
import { at, named, ofType } from './offline/graph.ts';
import { synthesis } from './offline/synthesis.ts';

const types = { decimal: 'double', time: 'timestamp', integer: 'bigint', text: 'string', flag: 'boolean' };

describe('the catalogue', async () => {
  const { graph } = await synthesis('production');
  const table = (name: string) => named(graph, 'aws:glue/catalogTable:CatalogTable', `Catalog${name}`).inputs;

  it.each(datasetNames)('has %s as the schema has it', (dataset) => {
    const columns = at(table(dataset), 'storageDescriptor', 'columns') as { name: string; type: string }[];
    const wanted = Object.entries<Column>(datasets[dataset].columns)
      .filter(([name]) => name !== 'exchange')
      .map(([name, { type }]) => [name, types[type]]);
    expect(columns.map(({ name, type }) => [name, type])).toEqual(wanted);
    expect((at(table(dataset), 'partitionKeys') as { name: string }[]).map(({ name }) => name)).toEqual([
      'exchange',
      'date',
    ]);
  });

  it('has every dataset, and nothing else', () => {
    const names = ofType(graph, 'aws:glue/catalogTable:CatalogTable').map(({ inputs }) => inputs.name);
    expect(names.sort()).toEqual([...datasetNames].sort());
  });

  it('finds partitions by computing where they are', () => {
    const bucket = named(graph, 'aws:s3/bucket:Bucket', 'LakeBucket').inputs.bucket;
    const { parameters, storageDescriptor } = table('trades');
    expect(parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.exchange.type': 'enum',
      'projection.exchange.values': 'binance,bybit,hyperliquid,backpack,okx',
      'projection.date.type': 'date',
      'projection.date.format': 'yyyy-MM-dd',
      'storage.location.template': `s3://${bucket}/lake/v1/trades/exchange=\${exchange}/date=\${date}/`,
    });
    expect(storageDescriptor).toMatchObject({ location: `s3://${bucket}/lake/v1/trades/` });
  });

  it('keeps to what Glue takes', () => {
    for (const { inputs } of ofType(graph, 'aws:glue/catalogTable:CatalogTable')) {
      const columns = at(inputs, 'storageDescriptor', 'columns') as { comment: string }[];
      for (const { comment } of columns) expect(comment.length).toBeLessThanOrEqual(255);
      expect(String(inputs.name)).toMatch(/^[a-z0-9_]+$/);
    }
    expect(named(graph, 'aws:glue/catalogDatabase:CatalogDatabase', 'Catalog').inputs.name).toBe('feedlake_production');
  });

  it('is queried within a limit', () => {
    const { configuration } = named(graph, 'aws:athena/workgroup:Workgroup', 'Queries').inputs;
    expect(configuration).toMatchObject({
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 100_000_000_000,
      resultConfiguration: { encryptionConfiguration: { encryptionOption: 'SSE_S3' } },
    });
    const location = at(configuration, 'resultConfiguration', 'outputLocation');
    expect(location).toBe(`s3://${named(graph, 'aws:s3/bucket:Bucket', 'QueryResultsBucket').inputs.bucket}/`);
  });
});
