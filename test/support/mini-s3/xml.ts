const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const characters = new Map(Object.entries(entities).map(([character, entity]) => [entity, character]));

/** An element with escaped text. */
export function leaf(name: string, value: string | number | boolean): string {
  return `<${name}>${String(value).replaceAll(/[&<>"]/g, (found) => entities[found] ?? found)}</${name}>`;
}

/** An element that holds others, already printed. */
export function element(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}

/** The texts of all elements of that name, in order; enough for the flat requests of S3. */
export function textsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"));
  return [...found].map((match) => unescape(match[1] ?? ""));
}

function unescape(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot);/g, (entity) => characters.get(entity) ?? entity);
}
