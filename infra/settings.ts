import { schedulesOf } from '@feedlake/collector/schedules';
import { type Config, environment, loadAws, loadConfig, secretVariable } from '@feedlake/config';
import { nativeOptions } from '@feedlake/exchanges/registry';

/** A secret of `sst secret set`, as far as it is known before anything is deployed. */
export interface DeploymentSecret {
  readonly name: string;
  /** The variables in which it is handed to what runs. */
  readonly variables: readonly string[];
  /** Whether somebody has set it. */
  readonly isSet: boolean;
}

/** A secret that the settings name and nobody has set. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError';
}

const { secrets: named } = loadAws();

/** SST hands secrets to this program in variables of its own. */
function secretValue(secret: string): string | undefined {
  return environment()[`SST_SECRET_${secret}`];
}

const secret = (name: string, variables: readonly string[]): DeploymentSecret => ({
  name,
  variables,
  isSet: secretValue(name) !== undefined,
});

/** Bearer tokens of the API: a JSON list of entries of `api.tokens`. */
export const apiTokens = secret('ApiTokens', ['FEEDLAKE_API__TOKENS']);
/** The proxy for every exchange that has none of its own. */
export const proxyUrl = secret('ProxyUrl', ['FEEDLAKE_PROXY__DEFAULT__REST', 'FEEDLAKE_PROXY__DEFAULT__WEBSOCKET']);
/** Those that the settings name. */
export const furtherSecrets = named.map((name) => secret(name, [secretVariable(name)]));

const unset = furtherSecrets.filter(({ isSet }) => !isSet).map(({ name }) => name);
if (unset.length > 0) {
  const commands = unset.map((name) => `npx sst secret set ${name} … --stage ${$app.stage}`);
  throw new MissingSecretError(`aws.secrets: ${unset.join(', ')} not set; run ${commands.join(' and ')}`);
}

// What is deployed is what stands in the file: variables of whoever deploys would not be there later.
const variables = Object.fromEntries(
  furtherSecrets.flatMap(({ name, variables }) => variables.map((variable) => [variable, secretValue(name)])),
);
const loaded = loadConfig({ environment: variables, extensions: nativeOptions });

/** The settings in force, and below what of them decides what is deployed. None of it may reach a resource but by name. */
export const config: Config = loaded.config;

/** Name of the settings file; null where there is none. It goes along with functions and containers. */
export const settingsFile = loaded.file;

/** The snapshots to take, the same as in `feedlake up`. */
export const schedules = schedulesOf(config);

/** Whether an exchange goes through ccxt, which is packed only into functions that need it. */
export function usesCcxt(exchange: string): boolean {
  return config.exchanges[exchange]?.engine === 'ccxt';
}

const enabledExchanges = Object.keys(config.exchanges).filter((id) => config.exchanges[id]?.enabled);

/** Whether any exchange in use goes through ccxt. */
export const hasCcxt = enabledExchanges.some(usesCcxt);

/** Whether any exchange in use does not. */
export const hasNative = enabledExchanges.some((id) => !usesCcxt(id));

/** Exchanges that the lake has or had data of. */
export const exchangeIds = Object.keys(config.exchanges);

/** Whether there are feeds to stream. */
export const streams =
  config.aws.streamer.enabled &&
  Object.values(config.exchanges).some(({ enabled, channels }) => enabled && channels.length > 0);

/** Whether this is the stage that outlives mistakes. */
export const isProduction = $app.stage === 'production';

/** `feedlake-production-name`: physical names that are known before the resource is, so that policies can say them. */
export const physicalName = (name: string): string => `${$app.name}-${$app.stage}-${name}`;
