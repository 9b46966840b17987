import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/** Begins a path in the home folder of somebody else, which a shell would know and we do not. */
export const notInHome = '~[^/]';

/**
 * A path of this form, as a shell would take it: `~` and what begins with `~/` is in the home folder of who runs this.
 * @param expected what is expected in place of a path that is none, for the message
 */
export const inHome = (form: RegExp, expected: (given: string) => string) =>
  z
    .string()
    .regex(form, {
      error: ({ input }) => {
        const given = String(input);
        const hint = given.startsWith('~') ? '; `~` is your own home folder alone, as in `~/lake`' : '';
        return `${expected(given)}${hint}`;
      },
      abort: true,
    })
    .check((path) => {
      if (path.value !== '~' && !path.value.startsWith('~/')) return;
      try {
        path.value = join(homedir(), path.value.slice(1));
      } catch {
        // Of a user whom the system does not know, as in some containers.
        const message = 'a whole path, as this user has no home folder';
        path.issues.push({ code: 'custom', input: path.value, message });
      }
    });
