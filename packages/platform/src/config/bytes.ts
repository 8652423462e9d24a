const UNITS = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 } as const;
const SIZE = /^(\d{1,12}(?:\.\d{1,3})?)\s*(B|KB|MB|GB|TB)$/i;

/** Reads a size such as `"512MB"` (powers of 1024) as whole bytes; `null` when the text is no positive size. */
export function parseBytes(text: string): number | null {
  const match = SIZE.exec(text.trim());
  if (match === null) return null;
  const unit = match[2]!.toUpperCase() as keyof typeof UNITS;
  const bytes = Math.floor(Number(match[1]) * UNITS[unit]);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}
