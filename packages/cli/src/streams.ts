/** The standard streams of one run of the command line. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Registers what is to be done when the reader of standard output goes away; without it the process ends at once. */
  readonly whenReaderGoes?: (end: () => void) => void;
  /** Grants so many milliseconds between Ctrl-C and the end of the process, whatever it still does then. */
  readonly grantGrace?: (milliseconds: number) => void;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}
