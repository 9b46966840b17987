import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, milliseconds } from '@feedlake/config';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { feedlake } from '../../support/cli.ts';
import { temporaryFolder } from '../../support/lake.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const page = read('docs/docker.md');
const dockerfile = read('streamer/Dockerfile');

/** What the image sets by itself. */
const imageEnvironment = Object.fromEntries(
  [...dockerfile.matchAll(/^(?:ENV| ) (FEEDLAKE_\w+)=(\S+)/gm)].map(([, name, value]) => [name, value]),
);
const volumes = JSON.parse(/^VOLUME (.*)$/m.exec(dockerfile)?.[1] ?? '') as string[];
const stopMs = milliseconds(imageEnvironment.FEEDLAKE_STREAMER__STOP_TIMEOUT ?? '');

/** Reads settings as a container does. */
function settingsOf(text: string, environment: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'feedlake.yaml'), text);
  return loadConfig({ folder, environment: { ...imageEnvironment, ...environment } }).config;
}

interface ComposeService {
  readonly command?: readonly string[];
  readonly read_only: boolean;
  readonly stop_grace_period?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
}

test('the Compose example has valid settings, mounts what the image writes to, and waits long enough at the end', async () => {
  const file = parse(read('docs/examples/compose.yaml')) as {
    services: Record<'feedlake' | 'compact', ComposeService>;
    configs: { settings: { content: string } };
  };
  const { feedlake: up, compact } = file.services;
  for (const service of [up, compact]) {
    // `${NAME:-value}` where NAME is unset.
    const environment = Object.fromEntries(
      Object.entries(service.environment).map(([name, value]) => [name, value.replace(/\$\{\w+:-(.*?)\}/g, '$1')]),
    );
    const config = settingsOf(file.configs.settings.content, environment);
    expect(config).toMatchObject({ lake: '/lake', state_dir: '/var/lib/feedlake', health: { host: '0.0.0.0' } });
    expect(config.exchanges.binance?.channels).toContain('trades');
    expect(service.read_only).toBe(true);
    for (const mount of service.volumes) expect(volumes).toContain(mount.split(':')[1]);
  }
  expect(milliseconds(up.stop_grace_period ?? '')).toBeGreaterThan(stopMs);
  expect((await feedlake([...(compact.command ?? []), '--help'])).stdout).toMatch(/^Usage: feedlake compact/);
});

interface Container {
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string }[];
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly mountPath: string }[];
  readonly livenessProbe?: { readonly httpGet: { readonly path: string } };
  readonly readinessProbe?: { readonly httpGet: { readonly path: string } };
}

interface Pod {
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext: object;
  readonly containers: readonly [Container];
}

test('the Kubernetes example has valid settings, the user of the image, a read-only root, and waits long enough', async () => {
  const objects = parseAllDocuments(read('docs/examples/kubernetes.yaml')).map((document) => document.toJS());
  const of = (kind: string) => objects.find((object) => object.kind === kind);
  const environment = of('Secret').stringData as Record<string, string>;
  const up = of('StatefulSet').spec.template.spec as Pod;
  const compact = of('CronJob').spec.jobTemplate.spec.template.spec as Pod;
  const writer = { FEEDLAKE_STREAMER__WRITER: 'feedlake-0' };
  expect(up.containers[0].env?.map(({ name }) => name)).toEqual(Object.keys(writer));
  expect(settingsOf(of('ConfigMap').data['feedlake.yaml'], { ...environment, ...writer })).toMatchObject({
    lake: 's3://my-bucket/lake',
    streamer: { writer: 'feedlake-0' },
  });
  for (const { securityContext, containers } of [up, compact]) {
    const [container] = containers;
    expect(`USER ${dockerfile.match(/^USER (.*)$/m)?.[1]}`).toBe('USER 1000:1000');
    expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
    expect(container.securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/feedlake.yaml', '/var/lib/feedlake']);
    expect((await feedlake([...container.args, '--help'])).code).toBe(0);
  }
  expect((up.terminationGracePeriodSeconds ?? 0) * 1000).toBeGreaterThan(stopMs);
  expect(up.containers[0].livenessProbe?.httpGet.path).toBe('/health/live');
  expect(up.containers[0].readinessProbe?.httpGet.path).toBe('/health/ready');
});

test('every docker run and exec of the page is a command that exists, with volumes and variables that do', async () => {
  const lines = [...page.matchAll(/^```\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.replaceAll('\\\n', '').trim().split('\n'),
  );
  const runs = lines.filter((line) => /^docker (?:run|exec) /.test(line));
  expect(runs.length).toBeGreaterThan(6);
  for (const line of runs) {
    const [, options = '', command = ''] =
      /^docker \w+ ((?:-.*? )?)feedlake(?: (?:feedlake )?(.*))?$/.exec(line.replace('--name feedlake ', '')) ?? [];
    for (const [, place = ''] of options.matchAll(/-v \S+?:(\/[\w./-]+)/g)) {
      expect([...volumes, '/feedlake.yaml'], line).toContain(place);
    }
    const environment = Object.fromEntries(
      [...options.matchAll(/-e (FEEDLAKE_\w+)(?:=(\S+))?/g)].map(([, name, value = 'direct']) => [name, value]),
    );
    expect(() => settingsOf('', environment), line).not.toThrow();
    const [name = 'up', ...rest] = command === '' ? [] : command.split(' ');
    const words = name === 'daemon' ? [name, ...rest.slice(0, 1)] : [name];
    const { code, stdout } = await feedlake([...words, '--help']);
    expect({ code, line: stdout.split('\n')[0] }, line).toEqual({
      code: 0,
      line: expect.stringContaining(`Usage: feedlake ${words.join(' ')}`),
    });
  }
  expect(Object.keys(imageEnvironment)).toHaveLength(4);
  for (const [name, value] of Object.entries(imageEnvironment)) {
    expect(page).toContain(name);
    expect(page).toContain(value);
  }
});
