/** A command as the server reads it; its name and arguments are ASCII. */
export function respOf(parts: readonly string[]): string {
  return `*${parts.length}\r\n${parts.map(respPart).join("")}`;
}

/** One argument of a command, ASCII. */
export function respPart(part: string): string {
  return `$${part.length}\r\n${part}\r\n`;
}
