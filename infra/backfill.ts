import { arnOf } from './account.ts';
import { nodeFunction } from './function.ts';
import { exchangeSettings } from './function-settings.ts';
import { lakeWriter } from './lake-access.ts';
import { hasCcxt, physicalName } from './settings.ts';

const name = 'Backfill';

/** Named before it is, as it invokes itself to go on. */
export const backfillArn = arnOf('lambda', `function:${physicalName(name)}`);

/** Where backfills keep what is wanted of them, and how far they are. */
export const backfillRecords = '_backfills/*';

/** The function that fetches histories, invoked by the API and by itself. */
export const backfillFunction = nodeFunction(name, {
  handler: 'functions/backfill.handler',
  description: 'Fetches histories; goes on by invoking itself',
  writes: true,
  memory: '1769 MB',
  timeout: '15 minutes',
  settings: exchangeSettings,
  statements: [
    ...lakeWriter('v1/open_interest/*', 'v1/funding_rates/*', 'v1/coverage/*', backfillRecords),
    { actions: ['lambda:InvokeFunction'], resources: [backfillArn] },
  ],
  ccxt: hasCcxt,
  events: { retries: 2, maximumAge: 6 * 3600 },
});

// It stops by itself: an invocation that got nothing done fails instead of going on.
new aws.lambda.FunctionRecursionConfig('BackfillRecursion', {
  functionName: backfillFunction.name,
  recursiveLoop: 'Allow',
});
