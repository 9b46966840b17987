/** The standard streams of one run of the command line. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Registers what is to be done when the reader of standard output goes away; without it the process ends at once. */
  readonly whenReaderGoes?: (end: () => void) => void;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}
