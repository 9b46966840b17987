import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type LoadedConfig, type LoadOptions, loadConfig, type Problem } from '@feedlake/config';
import { onTestFinished } from 'vitest';

/** A folder with this `feedlake.yaml`, or none, that goes when the test ends. */
export function folderWith(yaml?: string): string {
  const folder = newFolder(yaml);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function newFolder(yaml: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'feedlake-config-'));
  if (yaml !== undefined) writeFileSync(join(folder, 'feedlake.yaml'), yaml);
  return folder;
}

/** Loads settings from this YAML and nothing else but what is given. */
export function load(yaml?: string, options: LoadOptions = {}): LoadedConfig {
  const folder = newFolder(yaml);
  try {
    return loadConfig({ environment: {}, folder, ...options });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The problems that loading finds; none when it succeeds. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
