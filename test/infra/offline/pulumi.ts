/**
 * Stands in for the `pulumi` that the SST CLI starts. It knows what `sst diff` uses: `version`, `stack init` and `preview`. The
 * program runs under Pulumi's own mocks, and every resource is reported as one to be created. The graph goes into the file
 * that the variable OFFLINE_GRAPH names, or, where the program fails, its reason.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { GraphResource } from './graph.ts';
import { mockRun } from './mock-run.ts';

const version = 'v3.215.0';
const [command, ...rest] = process.argv.slice(2);
/** The program changes to the project's folder; Pulumi's own files stay here. */
const workFolder = process.cwd();

if (command === 'version') process.stdout.write(`${version}\n`);
else if (command === 'stack' && rest[0] === 'init') writeState(rest[1] ?? '', []);
else if (command === 'preview') await preview(option('--stack'), option('--event-log'));
else fail(`the stand-in for pulumi knows no \`${command}\``);

async function preview(stack: string, eventLog: string): Promise<void> {
  const { SST_AWS_REGION: region = '', OFFLINE_GRAPH: graphFile = '' } = process.env;
  let sequence = 0;
  const emit = (event: object) => {
    const line = { sequence: sequence++, timestamp: Math.floor(Date.now() / 1000), ...event };
    appendFileSync(eventLog, `${JSON.stringify(line)}\n`);
  };
  const summary = (changes: object) =>
    emit({ summaryEvent: { maybeCorrupt: false, durationSeconds: 0, resourceChanges: changes, policyPacks: {} } });
  const refuse = (error: unknown) => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeFileSync(graphFile, message);
    emit({ diagnosticEvent: { message, severity: 'error', color: 'never' } });
    summary({});
    process.exit(1);
  };
  process.on('uncaughtException', refuse);
  process.on('unhandledRejection', refuse);

  // Pulumi takes a stack trace for every promise, and maps each line of it to its source.
  Error.stackTraceLimit = 1;
  const [, app = '', stage = ''] = stack.split('/');
  const program =
    /^main: (.*)$/m.exec(readFileSync('Pulumi.yaml', 'utf8'))?.[1]?.trim() ?? fail('no main in Pulumi.yaml');
  const resources = await mockRun({ program, platform: dirname(program), app, stage, region });
  writeFileSync(graphFile, JSON.stringify({ stage, resources }));
  for (const resource of resources) {
    const { urn, type } = resource;
    const state = { ...stateOf(resource), parent: resource.parent, provider: '' };
    const metadata = {
      op: 'create',
      urn,
      type,
      old: null,
      new: state,
      detailedDiff: null,
      logical: true,
      provider: '',
    };
    emit({ resourcePreEvent: { metadata, planning: true } });
    emit({ resOutputsEvent: { metadata, planning: true } });
  }
  summary({ create: resources.length });
  writeState(stack, resources);
  process.exit(0);
}

function stateOf({ type, urn, id, isComponent, inputs, outputs }: GraphResource) {
  const known = Object.keys(outputs).length > 0 ? outputs : inputs;
  return { type, urn, custom: !isComponent, id: isComponent ? '' : id, inputs, outputs: known };
}

/** Where Pulumi keeps a stack's state: SST reads outputs and links from it. */
function writeState(stack: string, resources: readonly GraphResource[]): void {
  const [, app = '', stage = ''] = stack.split('/');
  const file = join(workFolder, '.pulumi/stacks', app, `${stage}.json`);
  const manifest = { time: new Date(0).toISOString(), magic: '', version };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ version: 3, checkpoint: { stack, latest: { manifest, resources: resources.map(stateOf) } } }),
  );
}

function option(name: string): string {
  return rest[rest.indexOf(name) + 1] ?? fail(`no ${name}`);
}

function fail(reason: string): never {
  process.stderr.write(`error: ${reason}\n`);
  process.exit(1);
}
