import type { Config, Flag } from '@feedlake/config';
import { apiTokens, type DeploymentSecret, proxyUrl, settingsWith } from './settings.ts';
import { lakeRoot } from './storage.ts';

/** What functions are given by the deployment, whatever the file says. */
const deployed: readonly Flag[] = Object.entries({
  state_dir: '/tmp/feedlake',
  'cloudwatch.enabled': 'true',
  'cloudwatch.stage': $app.stage,
}).map(([path, value]) => ({ name: 'the deployment', path, value }));

function flagsOf({ name, paths, value }: DeploymentSecret): Flag[] {
  return value === undefined ? [] : paths.map((path) => ({ name: `the secret ${name}`, path, value }));
}

/**
 * Settings as functions get them: read and validated at the deployment, so that none of it costs time at a cold start, and
 * encrypted in their code as SST does with all that is linked.
 */
function linked(name: string, config: Config): sst.Linkable<{ json: $util.Output<string> }> {
  const json = lakeRoot.apply((lake) => JSON.stringify({ ...config, lake }));
  return new sst.Linkable(name, { properties: { json: $util.secret(json) } });
}

/** What can hold secrets of exchanges is left out: for functions that talk to none. */
function withoutExchangeSecrets(config: Config): Config {
  const exchanges = Object.entries(config.exchanges).map(([id, settings]) => [
    id,
    { ...settings, credentials: {}, endpoints: {}, options: {} },
  ]);
  return {
    ...config,
    exchanges: Object.fromEntries(exchanges),
    proxy: { ...config.proxy, default: {}, exchanges: {} },
  };
}

/** The tokens of the API are left out: for all other functions. */
function withoutTokens(config: Config): Config {
  return { ...config, api: { ...config.api, tokens: [] } };
}

/** For functions that talk to exchanges. */
export const exchangeSettings = linked(
  'ExchangeSettings',
  withoutTokens(settingsWith([...deployed, ...flagsOf(proxyUrl)])),
);
/** For those that only use the lake. */
export const lakeSettings = linked('LakeSettings', withoutTokens(withoutExchangeSecrets(settingsWith(deployed))));
/** For the API, which checks tokens. */
export const apiSettings = linked(
  'ApiSettings',
  withoutExchangeSecrets(settingsWith([...deployed, ...flagsOf(apiTokens)])),
);
