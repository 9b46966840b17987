import { backfillArn, backfillFunction, backfillRecords } from './backfill.ts';
import { nodeFunction } from './function.ts';
import { apiSettings } from './function-settings.ts';
import { lakeReader, lakeWriter } from './lake-access.ts';
import { config } from './settings.ts';
import { snapshotFunctions } from './snapshots.ts';

const { enabled, concurrency } = config.aws.api;
const swagger = 'node_modules/swagger-ui-dist';

/**
 * The HTTP API. Its URL is public and its tokens are checked inside, as browsers and scripts know no SigV4. What writes and talks
 * to exchanges are the other functions, which it invokes.
 */
export const apiFunction = enabled
  ? nodeFunction('Api', {
      handler: 'functions/api.handler',
      description: 'HTTP API',
      writes: false,
      files: {
        docs: ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'].map((name) => `${swagger}/${name}`),
      },
      memory: '1769 MB',
      // It waits for snapshots.
      timeout: '150 seconds',
      settings: apiSettings,
      statements: [
        ...lakeReader('v1/*'),
        ...lakeWriter(backfillRecords),
        {
          actions: ['lambda:InvokeFunction'],
          resources: [backfillArn, ...Object.values(snapshotFunctions).map(({ arn }) => arn)],
        },
      ],
      environment: {
        BACKFILL_FUNCTION: backfillFunction.name,
        ...Object.fromEntries(
          Object.entries(snapshotFunctions).map(([name, fn]) => [
            `${name.toUpperCase().replaceAll('-', '_')}_FUNCTION`,
            fn.name,
          ]),
        ),
      },
      http: {
        url: { authorization: 'none', cors: false },
        streaming: true,
        ...(concurrency !== 'unreserved' && { concurrency: { reserved: concurrency } }),
      },
    })
  : null;

/** The address of the API; null where it is not deployed. */
export const apiUrl = apiFunction?.url ?? null;
