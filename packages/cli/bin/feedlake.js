#!/usr/bin/env node
// Plain JavaScript, so that a Node which is too old can say so instead of choking on TypeScript.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`feedlake: this is Node ${process.versions.node}, and 22.19 or newer is needed.\n`);
  process.stderr.write(
    'Run it as `npx feedlake` (on Linux the right Node comes with npm ci), or install a newer Node.\n',
  );
  process.exit(2);
}
await import('../src/bin.ts');
