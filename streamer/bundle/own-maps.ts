import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';
import type { Plugin } from 'esbuild';

interface Map {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/**
 * Leaves libraries out of the source maps: Node reads a whole map at the first error, while messages wait, and most of it would
 * be about code that nobody here looks into.
 */
export const ownMaps: Plugin = {
  name: 'own-maps',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(async ({ metafile }) => {
      const { absWorkingDir = '.' } = build.initialOptions;
      const maps = Object.keys(metafile?.outputs ?? {}).filter((path) => path.endsWith('.map'));
      await Promise.all(
        maps.map(async (name) => {
          const path = resolve(absWorkingDir, name);
          await writeFile(path, JSON.stringify(pruned(JSON.parse(await readFile(path, 'utf8')) as Map)));
        }),
      );
    });
  },
};

function pruned(map: Map): Map {
  const sources = map.sources.filter((source) => !source.includes('/node_modules/'));
  const places = map.sources.map((source) => sources.indexOf(source));
  const moved = ([column, source, ...place]: SourceMapSegment): SourceMapSegment => {
    const to = places[source ?? -1] ?? -1;
    const [line = 0, from = 0] = place;
    // A segment without a source ends the one before it.
    return to < 0 ? [column] : [column, to, line, from];
  };
  const lines = decode(map.mappings).map((line) =>
    line.map(moved).filter((segment, index, all) => segment.length > 1 || (all[index - 1]?.length ?? 1) > 1),
  );
  return { ...map, sources, mappings: encode(lines) };
}
