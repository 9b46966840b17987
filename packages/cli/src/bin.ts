import { enableCompileCache } from 'node:module';

// Half of what a short command takes is reading the sources: the next one finds them compiled.
enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv);
