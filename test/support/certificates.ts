import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a TLS server shows and proves. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority that lives for a test. */
export interface Authority extends Disposable {
  /** Its own certificate, for those who are to trust it. */
  readonly ca: string;
  /** The file that holds it. */
  readonly caFile: string;
  /** A certificate for names (`DNS:a.test`, `IP:127.0.0.1`). */
  issue(...names: string[]): Certificate;
}

/** Makes a certificate authority with openssl. */
export function certificateAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'feedlake-test-'));
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  const request = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(...request, '-x509', '-days', '2', '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  let count = 0;
  const caFile = join(folder, 'ca.pem');
  return {
    ca: readFileSync(caFile, 'utf8'),
    caFile,
    issue(...names) {
      const name = `leaf${++count}`;
      writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${names.join(',')}\n`);
      openssl(...request, '-subj', '/CN=test', '-keyout', `${name}.key`, '-out', `${name}.csr`);
      const signing = ['-req', '-days', '2', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
      openssl('x509', ...signing, '-extfile', `${name}.ext`, '-in', `${name}.csr`, '-out', `${name}.pem`);
      const read = (ending: string) => readFileSync(join(folder, `${name}.${ending}`), 'utf8');
      return { key: read('key'), cert: read('pem') };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
