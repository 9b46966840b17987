/** A package that stays out of the bundle and stands beside it, as Node looks for packages. */
export interface Beside {
  readonly name: string;
  /** Who asks for it: a folder of the repository. */
  readonly usedBy: string;
  /** All that is wanted of it. Without it everything, and what it depends on. */
  readonly files?: readonly string[];
}

export const packagesBeside: readonly Beside[] = [
  // Machine code.
  { name: '@duckdb/node-api', usedBy: 'packages/lake' },
  // Files for browsers, by packages/api/src/docs/files.ts.
  {
    name: 'swagger-ui-dist',
    usedBy: 'packages/api',
    files: ['package.json', 'LICENSE', 'swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'],
  },
];
