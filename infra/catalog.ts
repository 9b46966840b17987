import { datasetNames } from '@feedlake/schema';
import { glueTable } from './glue-table.ts';
import { exchangeIds } from './settings.ts';
import { lakeRoot } from './storage.ts';

/** `feedlake_production`: SQL wants names without hyphens. */
export const databaseName = `${$app.name}_${$app.stage}`.replaceAll('-', '_').toLowerCase();

const database = new aws.glue.CatalogDatabase('Catalog', {
  name: databaseName,
  description: 'Market data of crypto derivatives',
});

for (const dataset of datasetNames) {
  const { description, columns, partitionKeys, parameters, path } = glueTable(dataset, exchangeIds);
  new aws.glue.CatalogTable(`Catalog${dataset}`, {
    databaseName: database.name,
    name: dataset,
    description,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys,
    parameters: {
      ...parameters,
      'storage.location.template': $interpolate`${lakeRoot}/${path}exchange=\${exchange}/date=\${date}/`,
    },
    storageDescriptor: {
      location: $interpolate`${lakeRoot}/${path}`,
      inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      serDeInfo: {
        serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        parameters: { 'serialization.format': '1' },
      },
      columns,
    },
  });
}
