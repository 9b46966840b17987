import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { GraphResource } from './graph.ts';
import { lookUp, stateOf, type Values } from './mock-values.ts';

/** How Pulumi marks a value as secret on its way to a provider. */
const mark = { key: '4dabf18193072939515e22adb298388d', secret: '1b47061264138c4ac30d75fd1eb44270' };

interface MockArguments {
  readonly type: string;
  readonly name: string;
  /** Empty for what is to be made. */
  readonly id: string;
  readonly custom?: boolean;
  readonly token: string;
  readonly inputs: Values;
}

interface Message {
  toJavaScript(): Values;
}

interface Request {
  getType(): string;
  getName(): string;
  getUrn(): string;
  getParent(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getOutputs(): Message | undefined;
}

type Callback = (error: unknown, response?: { getUrn(): string }) => void;

interface Monitor {
  registerResource(request: Request, callback: Callback): unknown;
  registerResourceOutputs(request: Request, callback: Callback): unknown;
}

interface Pulumi {
  readonly runtime: {
    setMocks(mocks: object, project: string, stack: string, preview: boolean, organization: string): void;
    getMonitor(): Monitor;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
    disconnect(): Promise<void>;
  };
}

export interface MockRunOptions {
  /** The program that SST has bundled. */
  readonly program: string;
  /** SST's platform, whose Pulumi the program uses. */
  readonly platform: string;
  readonly app: string;
  readonly stage: string;
  readonly region: string;
}

/** Resources in the order of their registration, components among them. */
export async function mockRun({ program, platform, app, stage, region }: MockRunOptions): Promise<GraphResource[]> {
  const pulumi = createRequire(join(platform, 'package.json'))('@pulumi/pulumi') as Pulumi;
  const made: (Pick<GraphResource, 'type' | 'name' | 'id' | 'isComponent' | 'inputs' | 'secrets'> & { key: string })[] =
    [];

  pulumi.runtime.setMocks(
    {
      newResource({ type, name, id: given, custom = true, inputs: wrapped }: MockArguments) {
        const secrets: string[] = [];
        // Without an id, all that hangs on the resource would be unknown, and what is made of it left out.
        const id = given || `${name}-id`;
        const inputs = revealed(wrapped, '', secrets) as Values;
        made.push({ key: `${type}::${name}`, type, name, id, isComponent: !custom, inputs, secrets });
        return { id, state: stateOf(type, name, inputs, region) };
      },
      call: ({ token, inputs }: MockArguments) => lookUp(token, revealed(inputs, '', []) as Values, region),
    },
    app,
    stage,
    false,
    'organization',
  );

  // What mocks are not told: the options of a resource, its place, and the outputs that a component states.
  const registered = new Map<string, Pick<GraphResource, 'urn' | 'parent' | 'protect' | 'retainOnDelete'>>();
  const outputs = new Map<string, Values>();
  const monitor = pulumi.runtime.getMonitor();
  const { registerResource, registerResourceOutputs } = monitor;
  monitor.registerResource = (request, callback) =>
    registerResource.call(monitor, request, (error, response) => {
      if (response !== undefined) {
        registered.set(`${request.getType()}::${request.getName()}`, {
          urn: response.getUrn(),
          parent: request.getParent(),
          protect: request.getProtect(),
          retainOnDelete: request.getRetainondelete(),
        });
      }
      callback(error, response);
    });
  monitor.registerResourceOutputs = (request, callback) => {
    outputs.set(request.getUrn(), revealed(request.getOutputs()?.toJavaScript() ?? {}, '', []) as Values);
    return registerResourceOutputs.call(monitor, request, callback);
  };

  await pulumi.runtime.runInPulumiStack(async () => ((await import(program)) as { default: unknown }).default);
  await pulumi.runtime.disconnect();

  return made.map(({ key, ...resource }) => {
    const options = registered.get(key) ?? { urn: '', parent: '', protect: false, retainOnDelete: false };
    return { ...resource, ...options, outputs: outputs.get(options.urn) ?? {} };
  });
}

/** The plain value, with the paths of what is secret in it. */
function revealed(value: unknown, path: string, secrets: string[]): unknown {
  if (Array.isArray(value)) return value.map((entry, index) => revealed(entry, `${path}[${index}]`, secrets));
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Values;
  if (fields[mark.key] === mark.secret) {
    secrets.push(path);
    return revealed(fields.value, path, []);
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, entry]) => [key, revealed(entry, path === '' ? key : `${path}.${key}`, secrets)]),
  );
}
