import { TeselaError } from "@tesela/core";

/** A server's address, split into what may be shown (`shown`: host and port) and what never may (`hide`). */
export interface ServerUrl {
  readonly href: string;
  readonly shown: string;
  /** The text without the user name, password or query of the url. */
  readonly hide: (text: string) => string;
}

/** Parses a url of one of the given protocols (`"redis:"`); `MISCONFIGURED`, without the url's text, if it is none. */
export function parseServerUrl(what: string, href: string, protocols: readonly string[]): ServerUrl {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url === null || !protocols.includes(url.protocol)) {
    throw new TeselaError(
      "MISCONFIGURED",
      `The url of ${what} is not a url that begins with ${protocols.join(" or ")}`,
      {
        fix: `Give a url such as ${protocols[0]}//user:password@host:port/name, its user and password percent-encoded.`,
      },
    );
  }
  return { href, shown: url.host, hide: hider(secretsOf(url)) };
}

function secretsOf(url: URL): readonly string[] {
  const inQuery = ["password", "sslpassword"].map((name) => url.searchParams.get(name) ?? "");
  const secrets = [url.href, url.search, url.password, decoded(url.password), ...inQuery];
  return secrets.filter((secret) => secret !== "").toSorted((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hider(secrets: readonly string[]): (text: string) => string {
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
}
