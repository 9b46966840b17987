import { cwd } from 'node:process';
import { explain } from './explain.ts';
import { deepFreeze } from './freeze.ts';
import { ConfigError, type Problem } from './problem.ts';
import { awsSettings } from './schema/aws.ts';
import type { Config } from './schema/config.ts';
import { keyOf } from './schema/facts.ts';
import { lazySettingsNode, schemaNode } from './schema/node.ts';
import { findFile, readFile } from './sources/file.ts';
import { originAt, plain } from './sources/sourced.ts';

/**
 * The `aws` section of the settings file alone. It says which secrets the rest of the file may refer to, so it has to be
 * readable before they are: what is wrong elsewhere is left to {@link loadConfig}.
 * @param folder where `feedlake.yaml` may be; without one all is default
 * @throws ConfigError with the problems of this section, or when the file is no YAML.
 */
export function loadAws(folder: string = cwd()): Config['aws'] {
  const file = findFile(undefined, folder);
  const found: Problem[] = [];
  const tree = file === null ? null : readFile(file, { variables: {}, schema: lazySettingsNode({}), problems: found });
  const problems = found.filter(({ path }) => path === 'aws' || path.startsWith('aws.'));
  const input = (tree === null ? undefined : keyOf(plain(tree), 'aws')) ?? {};
  const result = awsSettings.safeParse(input);
  if (!result.success) {
    const complaints = explain(result.error.issues, input, schemaNode(awsSettings));
    problems.push(
      ...complaints.map(({ path, message }) => {
        const full = ['aws', ...path];
        return { path: full.join('.'), message, origin: tree === null ? 'default' : originAt(tree, full).nearest };
      }),
    );
  }
  if (problems.length > 0 || !result.success) throw new ConfigError(problems);
  return deepFreeze(result.data);
}
