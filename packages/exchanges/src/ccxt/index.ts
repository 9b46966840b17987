export { CcxtEngine, type CcxtReply, type CcxtRequest, type CcxtSnapshot } from './engine.ts';
export { ccxtIds } from './ids.ts';
export { NotOfferedError } from './not-offered.ts';
