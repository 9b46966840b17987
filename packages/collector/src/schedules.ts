/** The schedule of the snapshots on its own, for a scheduler that is not this process: nothing here opens a socket. */
export { Schedule, ScheduleError } from './schedule/schedule.ts';
export { type ScheduledSnapshot, type SnapshotDataset, schedulesOf } from './schedule/schedules-of.ts';
