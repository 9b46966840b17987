const credentials = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The token of an `Authorization` header (RFC 6750, section 2.1); null where it has none. */
export function bearerToken(header: string | undefined): string | null {
  return credentials.exec(header ?? '')?.[1] ?? null;
}
