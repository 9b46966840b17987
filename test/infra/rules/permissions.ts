import { type Graph, ofType } from '../offline/graph.ts';
import { allowedBy, listOf, statementsOf } from './policy.ts';

/** Actions that IAM knows no resource for. */
const withoutResource = new Set(['ecr:GetAuthorizationToken']);

/** Where a name is not known: objects below a folder of the lake, and streams of one log group. */
const openEnds = [/^arn:aws:s3:::[a-z0-9-]+\/lake\/[\w/]+\/\*$/, /^arn:aws:logs:[^*]+:log-group:[^*]+:\*$/];

/** Nobody may do more than needed: no action and no resource is left open where its name is known. */
export function permissions(graph: Graph): string[] {
  const broken: string[] = [];
  for (const role of ofType(graph, 'aws:iam/role:Role')) {
    const say = (what: string) => broken.push(`role ${role.name}: ${what}`);
    for (const arn of listOf(role.inputs.managedPolicyArns)) say(`has AWS's policy ${arn}`);
    for (const { principals } of statementsOf(role.inputs.assumeRolePolicy)) {
      for (const principal of principals) {
        if (!/^Service: [a-z-]+\.amazonaws\.com$/.test(principal)) say(`may be taken by ${principal}`);
      }
    }
    for (const { effect, actions, resources, condition } of allowedBy(role)) {
      if (effect !== 'Allow') continue;
      for (const action of actions) if (action.includes('*')) say(`may do ${action}`);
      if (actions.every((action) => withoutResource.has(action))) continue;
      for (const resource of resources) {
        const isOpen = resource.includes('*') && !openEnds.some((shape) => shape.test(resource));
        if (isOpen) say(`may do ${actions.join(', ')} on ${resource}`);
        const isListing = actions.includes('s3:ListBucket') && condition !== undefined;
        if (isListing) say(`lists ${resource} under a condition, by which absent objects are forbidden ones`);
      }
    }
  }
  for (const { name, inputs } of ofType(graph, 'aws:lambda/permission:Permission')) {
    const isOfUrl = inputs.functionUrlAuthType === 'NONE' || inputs.invokedViaFunctionUrl === true;
    if (inputs.principal === '*' && !isOfUrl) broken.push(`permission ${name}: anybody may invoke the function`);
  }
  for (const { name, inputs } of ofType(graph, 'aws:sns/topicPolicy:TopicPolicy')) {
    const say = (what: string) => broken.push(`policy ${name}: ${what}`);
    const statements = statementsOf(inputs.policy);
    for (const { principals, condition } of statements) {
      for (const principal of principals) {
        const service = principal.replace(/^Service: /, '');
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
        const isOfEvents = service === 'events.amazonaws.com';
        if (isOfEvents && condition !== undefined) say(`${service} publishes nothing under a condition`);
        if (!isOfEvents && condition === undefined) say(`${service} may publish for any account`);
      }
    }
    if (!statements.some(({ principals }) => principals.includes('Service: events.amazonaws.com'))) {
      say('events.amazonaws.com may publish nothing');
    }
  }
  return broken;
}
