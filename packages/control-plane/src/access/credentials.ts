const AUTHORIZATION = /^(?:Bearer|Tecton-key)\s+(\S{1,500})\s*$/i;

/** The secret of an `Authorization: Bearer <key>` or `Tecton-key <key>` header; `null` when it is neither. */
export function secretOf(header: string | undefined): string | null {
  return AUTHORIZATION.exec(header ?? "")?.[1] ?? null;
}
