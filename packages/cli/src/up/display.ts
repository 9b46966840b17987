import { styleText } from 'node:util';
import type { StreamerHealth } from '@feedlake/collector';
import { now } from '@feedlake/schema';
import { createLogger, type Logger } from '@feedlake/telemetry';
import type { Context } from '../context.ts';
import { LiveView, type Terminal } from '../output/live-view.ts';
import { type DashboardFacts, dashboard, type Style } from './dashboard.ts';
import { summary } from './summary.ts';

/** How often it is drawn for a person, and told in a log. */
const drawMs = 1_000;
const summaryMs = 30_000;

/**
 * Shows how an instance fares: a table that is drawn again each second where a person watches, with the log above it;
 * elsewhere a line in the log now and then.
 */
export class Display {
  readonly logger: Logger;
  readonly #terminal: Terminal | null;
  readonly #view: LiveView | null;
  readonly #style: Style;
  #timer: NodeJS.Timeout | undefined;

  constructor({ streams: { stdout, stderr }, config, quiet }: DisplayContext) {
    const terminal = quiet ? null : (terminalOf(stderr) ?? terminalOf(stdout));
    this.#terminal = terminal;
    this.#view = terminal === null ? null : new LiveView(terminal);
    // Looks at NO_COLOR and the like itself.
    this.#style = (style, text) => (terminal === null ? text : styleText(style, text, { stream: terminal }));
    const { level, format } = config.log;
    const stream = terminal === stderr && this.#view !== null ? this.#view : stderr;
    this.logger = createLogger({
      level: quiet && level === 'info' ? 'warn' : level,
      format: format === 'auto' ? (terminalOf(stderr) === null ? 'json' : 'text') : format,
      stream: { write: (line) => void stream.write(line) },
    });
  }

  /** Begins to show it. */
  start(read: () => StreamerHealth, facts: Pick<DashboardFacts, 'lake' | 'url' | 'simulated'>): void {
    const view = this.#view;
    const tell = () => {
      const { fields, message } = summary(read(), now());
      this.logger.info(fields, message);
    };
    const draw = () => {
      const width = this.#terminal?.columns || 80;
      view?.draw(dashboard(read(), { ...facts, now: now(), style: this.#style, width }));
    };
    if (view !== null) draw();
    this.#timer = view === null ? setInterval(tell, summaryMs) : setInterval(draw, drawMs);
  }

  /** What stands there stays. */
  end(): void {
    clearInterval(this.#timer);
    this.#view?.end();
  }
}

type DisplayContext = Pick<Context, 'streams' | 'config' | 'quiet'>;

function terminalOf(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): Terminal | null {
  return stream.isTTY === true ? stream : null;
}
