import { bytes } from '@feedlake/config';
import { databaseName } from './catalog.ts';
import { config, isProduction, physicalName } from './settings.ts';

const { scan_limit, results_days } = config.aws.athena;

const results = new sst.aws.Bucket('QueryResults', {
  cors: false,
  lifecycle: [{ id: 'old-results', expiresIn: `${results_days} days` }],
  transform: { bucket: { forceDestroy: true } },
});

/** Queries here cost at most what the limit allows, whatever whoever asks has set. */
export const workgroup = new aws.athena.Workgroup('Queries', {
  name: physicalName('queries'),
  description: 'Queries of the lake, each within a limit of bytes read',
  forceDestroy: !isProduction,
  configuration: {
    enforceWorkgroupConfiguration: true,
    publishCloudwatchMetricsEnabled: true,
    bytesScannedCutoffPerQuery: bytes(scan_limit),
    engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
    resultConfiguration: {
      outputLocation: $interpolate`s3://${results.name}/`,
      encryptionConfiguration: { encryptionOption: 'SSE_S3' },
    },
  },
});

const queries = {
  LatestOpenInterest: {
    description: 'Latest open interest of every instrument today, largest first',
    sql: `SELECT exchange, symbol, max_by(open_interest_value, ts_recv) AS value, max_by(open_interest, ts_recv) AS base, max(ts_recv) AS at
FROM open_interest
WHERE "date" = date_format(current_timestamp AT TIME ZONE 'UTC', '%Y-%m-%d') AND period_seconds IS NULL
GROUP BY exchange, symbol
ORDER BY value DESC NULLS LAST
LIMIT 100`,
  },
  FundingRates: {
    description: 'Settled funding rates of the last week, each once',
    sql: `SELECT DISTINCT exchange, symbol, funding_time, rate, interval_seconds
FROM funding_rates
WHERE "date" >= date_format(current_timestamp AT TIME ZONE 'UTC' - INTERVAL '7' DAY, '%Y-%m-%d') AND kind = 'settled'
ORDER BY exchange, symbol, funding_time`,
  },
  Gaps: {
    description: 'What the lake lacks of today, and why',
    sql: `SELECT exchange, dataset, symbol, from_time, to_time, cause, detail
FROM coverage
WHERE "date" = date_format(current_timestamp AT TIME ZONE 'UTC', '%Y-%m-%d') AND state = 'gap'
ORDER BY from_time DESC`,
  },
};

for (const [name, { description, sql }] of Object.entries(queries)) {
  new aws.athena.NamedQuery(`Query${name}`, {
    name,
    description,
    database: databaseName,
    workgroup: workgroup.name,
    query: sql,
  });
}
