import { describe, expect, it } from 'vitest';
import { at, named, ofType } from './offline/graph.ts';
import { planted, stages } from './offline/stages.ts';
import { synthesis } from './offline/synthesis.ts';
import { violations } from './rules/violations.ts';

const secrets = Object.values(planted);

describe.each([stages.ci.stage, stages.production.stage])('stage %s', async (stage) => {
  const { graph, printed } = await synthesis(stage);

  it('breaks no rule', () => {
    expect(violations(graph, secrets)).toEqual([]);
  });

  it('is what `sst diff --json` printed, resource by resource', () => {
    const changes = JSON.parse(printed) as { op: string; urn: string }[];
    expect(changes.map(({ op }) => op)).toEqual(graph.resources.map(() => 'create'));
    expect(changes.map(({ urn }) => urn)).toEqual(graph.resources.map(({ urn }) => urn));
  });

  it('has the secrets in it to be found', () => {
    const links = ofType(graph, 'sst:sst:LinkRef').filter(({ inputs }) =>
      JSON.stringify(inputs).includes(planted.token),
    );
    expect(links.map(({ name, secrets }) => [name, secrets])).toEqual([['ApiSettingsLinkRef', ['properties']]]);
  });
});

describe('defaults, without a settings file', async () => {
  const { graph } = await synthesis('ci');

  it('stream nothing, as no exchange has channels', () => {
    expect(ofType(graph, 'aws:ecs/service:Service')).toEqual([]);
  });

  it('hand nothing to containers that nobody has set', () => {
    expect(ofType(graph, 'aws:ssm/parameter:Parameter')).toEqual([]);
  });

  it('tell nobody but the topic', () => {
    expect(ofType(graph, 'aws:sns/topic:Topic')).toHaveLength(1);
    expect(ofType(graph, 'aws:sns/topicSubscription:TopicSubscription')).toEqual([]);
    expect(ofType(graph, 'aws:budgets/budget:Budget')).toEqual([]);
  });
});

describe('settings', async () => {
  const { graph } = await synthesis('production');

  it('make a service of every shard and twin, each a writer of its own', () => {
    const writers = ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition')
      .filter(({ name }) => name.startsWith('Streamer'))
      .map(({ inputs }) => {
        const [container] = JSON.parse(String(inputs.containerDefinitions)) as {
          environment: { name: string; value: string }[];
        }[];
        const variable = (name: string) => container?.environment.find((one) => one.name === name)?.value;
        return ['WRITER', 'SHARD__INDEX', 'SHARD__COUNT'].map((key) => variable(`FEEDLAKE_STREAMER__${key}`));
      });
    expect(writers.sort()).toEqual([
      ['0-a', '0', '2'],
      ['0-b', '0', '2'],
      ['1-a', '1', '2'],
      ['1-b', '1', '2'],
    ]);
    expect(ofType(graph, 'aws:ecs/service:Service')).toHaveLength(4);
  });

  it('build one image for all containers', () => {
    const [image, ...others] = ofType(graph, 'docker-build:index:Image');
    expect(others).toEqual([]);
    expect(image?.inputs).toMatchObject({ platforms: ['linux/arm64'], push: true });
    expect(at(image?.inputs, 'dockerfile', 'location')).toMatch(/\/streamer\/Dockerfile$/);
  });

  it('bring secrets to containers by SSM', () => {
    const parameters = ofType(graph, 'aws:ssm/parameter:Parameter').map(({ inputs, secrets }) => [
      inputs.name,
      secrets,
    ]);
    expect(parameters.sort()).toEqual([
      ['/feedlake/production/OkxKey', ['value']],
      ['/feedlake/production/ProxyUrl', ['value']],
    ]);
    const { inputs } = named(graph, 'aws:ecs/taskDefinition:TaskDefinition', 'Streamer0aTask');
    const [container] = JSON.parse(String(inputs.containerDefinitions)) as { secrets: { name: string }[] }[];
    expect(container?.secrets.map(({ name }) => name).sort()).toEqual([
      'FEEDLAKE_PROXY__DEFAULT__REST',
      'FEEDLAKE_PROXY__DEFAULT__WEBSOCKET',
      'OKX_KEY',
    ]);
  });

  it('bring what the settings file refers to to everything that reads it', () => {
    const containers = ofType(graph, 'aws:ecs/taskDefinition:TaskDefinition').flatMap(
      ({ inputs }) => JSON.parse(String(inputs.containerDefinitions)) as { secrets: { name: string }[] }[],
    );
    for (const { secrets } of containers) expect(secrets.map(({ name }) => name)).toContain('OKX_KEY');
    expect(containers).toHaveLength(5);
  });

  it('tell an address of alarms and of the budget', () => {
    expect(ofType(graph, 'aws:sns/topicSubscription:TopicSubscription').map(({ inputs }) => inputs.endpoint)).toEqual([
      'ops@feedlake.example',
    ]);
    expect(named(graph, 'aws:budgets/budget:Budget', 'Budget').inputs).toMatchObject({ limitAmount: '300' });
  });

  it('keep logs for as long as they say', () => {
    const days = ofType(graph, 'aws:cloudwatch/logGroup:LogGroup').map(({ inputs }) => inputs.retentionInDays);
    expect(new Set(days)).toEqual(new Set([90]));
  });

  it('run in Tokyo unless they say otherwise', () => {
    expect(ofType(graph, 'pulumi:pulumi:Stack')[0]?.outputs).toMatchObject({ region: 'ap-northeast-1' });
  });
});
