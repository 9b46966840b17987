export { CcxtEngine, type CcxtReply, type CcxtRequest, type CcxtSnapshot } from './engine.ts';
export type { Client } from './exchange.ts';
export { ccxtIds } from './ids.ts';
export { NotOfferedError } from './not-offered.ts';
