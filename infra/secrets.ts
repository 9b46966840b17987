import { type DeploymentSecret, furtherSecrets, proxyUrl } from './settings.ts';

/** Variables of a container, with the ARN of the parameter that each has its value from. */
export type ContainerSecrets = Readonly<Record<string, $util.Output<string>>>;

/**
 * What the settings file may refer to, for containers, which read it: anything linked would stand in the task definition, for
 * anybody to read. SSM's SecureStrings are read by ECS when a task starts.
 */
export const settingsVariables: ContainerSecrets = Object.fromEntries(furtherSecrets.flatMap(variablesOf));
/** The same for what talks to exchanges: the proxy too. */
export const exchangeVariables: ContainerSecrets = {
  ...Object.fromEntries(variablesOf(proxyUrl)),
  ...settingsVariables,
};

function variablesOf({ name, value, variables }: DeploymentSecret): [string, $util.Output<string>][] {
  if (value === undefined) return [];
  const { arn } = new aws.ssm.Parameter(`${name}Parameter`, {
    name: `/${$app.name}/${$app.stage}/${name}`,
    type: 'SecureString',
    value: $util.secret(value),
  });
  return variables.map((variable) => [variable, arn]);
}
