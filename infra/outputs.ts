import { region } from './account.ts';
import { apiUrl } from './api.ts';
import { workgroup } from './athena.ts';
import { databaseName } from './catalog.ts';
import { dashboard } from './dashboard.ts';
import { deadLetters } from './dead-letters.ts';
import { cluster } from './network.ts';
import { notifications } from './notifications.ts';
import { snapshotFunctions } from './snapshots.ts';
import { lakeRoot } from './storage.ts';

/** What `sst deploy` prints and keeps in `.sst/outputs.json`. */
export const outputs = {
  lake: lakeRoot,
  // To be followed by a path.
  ...(apiUrl !== null && { api: apiUrl.apply((url) => url.replace(/\/$/, '')) }),
  region,
  athenaDatabase: databaseName,
  athenaWorkgroup: workgroup.name,
  dashboard: $interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`,
  alarmTopic: notifications.arn,
  deadLetters: deadLetters.url,
  cluster: cluster.nodes.cluster.name,
  snapshotFunctions: Object.values(snapshotFunctions).map(({ name }) => name),
};
