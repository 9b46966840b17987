import type { Plugin } from 'esbuild';

/**
 * Fails the build where a source loads a CommonJS module late: in a bundle of several files such a module has no exports but
 * `default`, whatever it has when Node loads it, and nobody would know before the code runs.
 */
export const namedExports: Plugin = {
  name: 'named-exports',
  setup(build) {
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const inputs = metafile?.inputs ?? {};
      const errors = Object.entries(inputs)
        .filter(([path]) => !path.includes('node_modules/'))
        .flatMap(([path, { imports }]) =>
          imports
            .filter(({ kind, path: to }) => kind === 'dynamic-import' && inputs[to]?.format === 'cjs')
            .map(({ path: to }) => ({ text: `${path} loads ${to} late, which is CommonJS` })),
        );
      return { errors };
    });
  },
};
