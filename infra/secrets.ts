import { apiTokens, type DeploymentSecret, furtherSecrets, proxyUrl } from './settings.ts';

/** What a secret has that nobody set; functions leave it out of their settings. */
const placeholder = 'unset';

/** Secrets of the functions, encrypted into their code. */
export const apiTokensSecret = new sst.Secret(apiTokens.name, placeholder);
const proxyUrlSecret = new sst.Secret(proxyUrl.name, placeholder);

/** What the settings file may refer to: everything that reads it needs them. */
export const settingsSecrets = furtherSecrets.map(({ name }) => new sst.Secret(name));
/** What everything that talks to exchanges needs. */
export const exchangeSecrets = [proxyUrlSecret, ...settingsSecrets];

/** Variables of a container, with the ARN of the parameter that each has its value from. */
export type ContainerSecrets = Readonly<Record<string, $util.Output<string>>>;

/**
 * The same for containers: linked secrets would stand in the task definition, for anybody to read. SSM's SecureStrings are
 * read by ECS when a task starts.
 */
export const settingsVariables: ContainerSecrets = Object.fromEntries(
  furtherSecrets.flatMap((secret, index) => variablesOf(secret, settingsSecrets[index])),
);
/** The same for what talks to exchanges: the proxy too. */
export const exchangeVariables: ContainerSecrets = {
  ...Object.fromEntries(variablesOf(proxyUrl, proxyUrlSecret)),
  ...settingsVariables,
};

function variablesOf(secret: DeploymentSecret, source: sst.Secret | undefined): [string, $util.Output<string>][] {
  if (source === undefined || !secret.isSet) return [];
  const { arn } = new aws.ssm.Parameter(`${secret.name}Parameter`, {
    name: `/${$app.name}/${$app.stage}/${secret.name}`,
    type: 'SecureString',
    value: source.value,
  });
  return secret.variables.map((variable) => [variable, arn]);
}
