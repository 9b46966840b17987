import type { StreamedInstrument, StreamTopic } from '@feedlake/exchanges';
import type { NativeVenue } from '../native-venue.ts';
import { BookIntake } from './book-intake.ts';
import type { Intake, IntakeTarget } from './intake.ts';
import type { LedgerEntry } from './ledger-entry.ts';
import type { Recorder } from './recorder.ts';
import { CandleIntake, LiquidationIntake, StateIntake } from './row-intakes.ts';
import { TradeGate } from './trade-gate.ts';
import { TradeIntake } from './trade-intake.ts';

export interface IntakeOptions {
  readonly venue: Pick<NativeVenue, 'id' | 'adapter'>;
  readonly recorder: Pick<Recorder, 'ledger' | 'spool'>;
  readonly target: IntakeTarget;
  /** Messages may go from bytes to columns: nobody watches the rows. */
  readonly scans: boolean;
  /** Since when its events are wanted, in microseconds. */
  readonly since: number;
  readonly onBookLost: (intake: BookIntake, instrument: StreamedInstrument) => void;
}

/** What the messages of a topic go through. */
export function makeIntake(topic: StreamTopic, entry: LedgerEntry, options: IntakeOptions): Intake {
  const { venue, recorder, target, scans, onBookLost } = options;
  const { streams } = venue.adapter;
  const { instrument } = topic;
  switch (topic.dataset) {
    case 'trades':
      return new TradeIntake({
        entry,
        target,
        gate: new TradeGate(recorder.ledger, entry, streams.tradeIdsAreConsecutive),
        scan: scans ? streams.scan.trades : undefined,
        table: (source) => recorder.spool.trades(venue.id, source),
      });
    case 'book_deltas': {
      const intake: BookIntake = new BookIntake({
        entry,
        target,
        ledger: recorder.ledger,
        sequencer: streams.books.sequencer(),
        scan: scans ? streams.scan.books : undefined,
        table: (source) => recorder.spool.books(venue.id, source),
        startsWhole: streams.books.snapshot === null,
        onLost: () => {
          if (instrument !== null) onBookLost(intake, instrument);
        },
      });
      return intake;
    }
    case 'candles':
      return new CandleIntake(entry, target);
    case 'liquidations':
      return new LiquidationIntake(entry, target, options.since);
    default:
      return new StateIntake(topic.dataset, entry, target);
  }
}
