export { type Fault, type FaultKind, VenueError } from './fault.ts';
export type { Budget, RestReply, RestRequest, RestRules } from './rest/request.ts';
