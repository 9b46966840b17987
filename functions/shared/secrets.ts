import { type Environment, secretVariable } from '@feedlake/config';
import { Resource } from 'sst';

/** The secrets of the deployment that are settings, and the variables that set them. */
const settings: Readonly<Record<string, readonly string[]>> = {
  ApiTokens: ['FEEDLAKE_API__TOKENS'],
  ProxyUrl: ['FEEDLAKE_PROXY__DEFAULT__REST', 'FEEDLAKE_PROXY__DEFAULT__WEBSOCKET'],
};

/** What a secret has that nobody set: it says nothing, and the settings file is left to speak. */
const unset = 'unset';

/**
 * The secrets that are linked to this function, as variables: `ApiTokens` and `ProxyUrl` as the settings that they are, every
 * other one by its name in capitals (`BybitKey` → `BYBIT_KEY`), for the settings file to refer to.
 */
export function secretVariables(): Environment {
  const variables: Record<string, string> = {};
  for (const [name, resource] of Object.entries<unknown>({ ...Resource })) {
    if (!isSecret(resource) || resource.value === unset) continue;
    for (const variable of settings[name] ?? [secretVariable(name)]) variables[variable] = resource.value;
  }
  return variables;
}

function isSecret(resource: unknown): resource is { value: string } {
  return (
    typeof resource === 'object' &&
    resource !== null &&
    'type' in resource &&
    String(resource.type).endsWith('sst.sst.Secret') &&
    'value' in resource &&
    typeof resource.value === 'string'
  );
}
