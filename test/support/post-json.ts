/** What a server answered: its status and its body, read as JSON. */
export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** Where a server is, and the key that it lets in. */
export interface PostTarget {
  readonly url: string;
  readonly apiKey: string;
}

/** Posts a body, text as it is and anything else as JSON, as Tecton's clients do: with the key in their header. */
export async function postJson(
  { url, apiKey }: PostTarget,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonReply> {
  const response = await fetch(new URL(path, url), {
    method: "POST",
    headers: { authorization: `Tecton-key ${apiKey}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
