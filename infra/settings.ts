import { schedulesOf } from '@feedlake/collector/schedules';
import { type Config, environment, type Flag, loadAws, loadConfig, secretVariable } from '@feedlake/config';
import { ccxtIds, nativeOptions } from '@feedlake/exchanges/registry';

/** A secret of `sst secret set`. */
export interface DeploymentSecret {
  readonly name: string;
  /** The settings that it is, dotted; none where the settings file refers to it. */
  readonly paths: readonly string[];
  /** The variables in which containers have it. */
  readonly variables: readonly string[];
  /** Undefined where nobody has set it. */
  readonly value: string | undefined;
}

/** Production would be deployed with nothing but defaults. */
export class MissingSettingsError extends Error {
  override readonly name = 'MissingSettingsError';
}

/** A secret that the settings name and nobody has set. */
export class MissingSecretError extends Error {
  override readonly name = 'MissingSecretError';
}

/** Whether this is the stage that outlives mistakes. */
export const isProduction = $app.stage === 'production';

const { secrets: named } = loadAws();

/** SST hands secrets to this program in variables of its own; of one that came from a file it keeps the newline at the end. */
function secret(name: string, paths: readonly string[]): DeploymentSecret {
  const settings = paths.map((path) => `FEEDLAKE_${path.replaceAll('.', '__').toUpperCase()}`);
  const variables = paths.length === 0 ? [secretVariable(name)] : settings;
  const value = environment()[`SST_SECRET_${name}`]?.replace(/[\r\n]+$/, '');
  return { name, paths, variables, value };
}

/** Bearer tokens of the API: a JSON list of entries of `api.tokens`. */
export const apiTokens = secret('ApiTokens', ['api.tokens']);
/** The proxy for every exchange that has none of its own. */
export const proxyUrl = secret('ProxyUrl', ['proxy.default.rest', 'proxy.default.websocket']);
/** Those that the settings name. */
export const furtherSecrets = named.map((name) => secret(name, []));

const unset = furtherSecrets.filter(({ value }) => value === undefined).map(({ name }) => name);
if (unset.length > 0) {
  const commands = unset.map((name) => `npx sst secret set ${name} … --stage ${$app.stage}`);
  throw new MissingSecretError(`aws.secrets: ${unset.join(', ')} not set; run ${commands.join(' and ')}`);
}

// What is deployed is what stands in the file: variables of whoever deploys would not be there later.
const variables = Object.fromEntries(
  furtherSecrets.flatMap(({ variables, value }) => variables.map((variable) => [variable, value])),
);

/**
 * Reads the settings file as it counts where it is deployed.
 * @param flags what the deployment sets
 * @throws ConfigError with all that is wrong.
 */
export function settingsWith(flags: readonly Flag[]): Config {
  const { config, file } = loadConfig({ environment: variables, extensions: nativeOptions, venues: ccxtIds, flags });
  if (isProduction && file === null) {
    throw new MissingSettingsError(
      'there is no feedlake.yaml here: deployed without it, production would lose what it names (streamers, alarms); commit it',
    );
  }
  return config;
}

/** The settings in force, and below what of them decides what is deployed. None of it may reach a resource but by name. */
export const config: Config = settingsWith([]);

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

/** `feedlake-production-name`: physical names that are known before the resource is, so that policies can say them. */
export const physicalName = (name: string): string => `${$app.name}-${$app.stage}-${name}`;
