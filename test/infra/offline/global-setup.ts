import { synthesize } from './synthesis.ts';

/** Before all files of a test project: what would be deployed, made once. */
export default synthesize;
