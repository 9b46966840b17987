import { docsFiles, installedFile } from '../docs/files.ts';
import { docsPage, docsPolicy, docsScript, docsStyle } from '../docs/page.ts';
import { ProblemError } from '../http/problem.ts';
import { documentOf } from '../openapi/document.ts';
import type { Routes } from './shared.ts';

const forAWhile = 'public, max-age=3600';

/** `GET /openapi.json` and `GET /docs`, which `/` leads to. There is no data in them, so no token is needed. */
export function docsRoutes({ app, guard, options, operations }: Routes): void {
  const { docsFile = installedFile, version } = options;
  let document: string | null = null;
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  app.get('/openapi.json', guard.open(), (context) => {
    document ??= documentOf(operations, version);
    return context.body(document, 200, { 'content-type': 'application/json' });
  });
  app.get('/docs', guard.open(), (context) => {
    context.header('content-security-policy', docsPolicy);
    return context.html(docsPage);
  });
  app.get('/', guard.open(), (context) => context.redirect('/docs'));
  app.get('/docs/', guard.open(), (context) => context.redirect('/docs'));
  app.get('/docs/page.js', guard.open(), (context) =>
    context.body(docsScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/docs/page.css', guard.open(), (context) =>
    context.body(docsStyle, 200, { 'content-type': 'text/css; charset=utf-8' }),
  );
  app.get('/docs/:file', guard.open(), async (context) => {
    const name = context.req.param('file');
    const type = Object.hasOwn(docsFiles, name) ? docsFiles[name] : undefined;
    const bytes = type === undefined ? null : (kept.get(name) ?? (await docsFile(name)));
    if (type === undefined || bytes === null) throw new ProblemError('not-found');
    kept.set(name, bytes);
    return context.body(bytes, 200, { 'content-type': type, 'cache-control': forAWhile });
  });
}
