export { BadFaultRule, type FaultKind, type FaultRule, faultKinds } from './fault/rule.ts';
export type { RecordedRequest } from './http/request-log.ts';
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';
export type { TruthFilter, TruthLog, TruthRecord } from './truth.ts';
export { type Fact, type VenueId, venueIds } from './venue.ts';
