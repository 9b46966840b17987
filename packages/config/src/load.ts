import { cwd } from 'node:process';
import { checkChannels } from './channels.ts';
import { type Environment, environment } from './environment.ts';
import { explain } from './explain.ts';
import { deepFreeze } from './freeze.ts';
import { type Complaint, checkNames } from './names.ts';
import { ConfigError, type Problem } from './problem.ts';
import { type Config, type ConfigInput, configSchema } from './schema/config.ts';
import { type Extensions, factsOf, keyOf } from './schema/facts.ts';
import { lazySettingsNode, nodeAt, type Path, schemaNode } from './schema/node.ts';
import { redact } from './secrets/redact.ts';
import { coerce } from './sources/coerce.ts';
import { at, fromEnvironment } from './sources/environment.ts';
import { findFile, readFile } from './sources/file.ts';
import { originAt, overlay, plain, sourced } from './sources/sourced.ts';

/** A setting given on the command line. It outranks every other source. */
export interface Flag {
  /** As typed: `--lake`. It is the origin of the value. */
  readonly name: string;
  /** Dotted path of the setting. */
  readonly path: string;
  /** Read as a variable is, by the type of the setting. */
  readonly value: string;
}

export interface LoadOptions {
  /** The file to read, which must exist; without it `feedlake.yaml` in the folder, where there is one. */
  readonly file?: string | undefined;
  /** Folder that file names are relative to. Default: the working directory. */
  readonly folder?: string;
  /** Default: those of the process. */
  readonly environment?: Environment;
  /** Settings from code: below file and variables, above the defaults. */
  readonly code?: ConfigInput;
  readonly flags?: readonly Flag[];
  /** Options that native adapters bring along. */
  readonly extensions?: Extensions;
  /** All exchange ids that exist, natively or through ccxt; given them, other ids are refused. */
  readonly venues?: readonly string[];
}

export interface LoadedConfig {
  /** Deeply frozen. */
  readonly config: Config;
  /** Name of the file that was read, as it was given, or null. */
  readonly file: string | null;
  /** Where the value at a path came from: `default`, `code`, `feedlake.yaml:12`, `FEEDLAKE_LAKE`, `--lake`. */
  origin(path: string | Path): string;
  /** The settings with secrets masked, see {@link redact}. */
  redacted(): unknown;
}

/**
 * Puts the settings together from flags, variables, the YAML file, code and defaults, in this order of precedence, and
 * validates them. Mappings are merged, lists replaced.
 * @throws ConfigError with all problems at once.
 */
export function loadConfig(options: LoadOptions = {}): LoadedConfig {
  const { extensions = {}, environment: variables = environment(), venues = null } = options;
  const problems: Problem[] = [];
  const schema = lazySettingsNode(extensions);
  const file = findFile(options.file, options.folder ?? cwd());
  const code = sourced(options.code ?? {}, () => 'code');
  const written = file === null ? code : overlay(code, readFile(file, { variables, schema, problems }));
  const flags = (options.flags ?? []).map(({ name, path, value }) => {
    const keys = path.split('.');
    return at(keys, name, coerce(value, nodeAt(schema, keys)));
  });
  const tree = [fromEnvironment(variables, schema, written), ...flags].reduce(overlay, written);

  const input = plain(tree);
  const exact = configSchema(factsOf(keyOf(input, 'exchanges'), extensions));
  const result = exact.safeParse(input);
  const complaints: Complaint[] = [...checkNames(input, extensions, venues), ...checkChannels(input)];
  if (!result.success) {
    const places = new Set(complaints.map(({ path }) => path.join('.')));
    const others = explain(result.error.issues, input, schemaNode(exact));
    complaints.push(...others.filter(({ path }) => !places.has(path.join('.'))));
  }
  problems.push(
    ...complaints.map(({ path, message }) => ({ path: path.join('.'), message, origin: originAt(tree, path).nearest })),
  );
  if (problems.length > 0 || !result.success) throw new ConfigError(problems);

  const config: Config = deepFreeze(result.data);
  return {
    config,
    file: file?.name ?? null,
    origin(path) {
      const { nearest, given } = originAt(tree, typeof path === 'string' ? path.split('.') : path);
      return given ? nearest : 'default';
    },
    redacted: () => redact(config, extensions),
  };
}
