import { createHash } from "node:crypto";
import { TeselaError, type Problem } from "@tesela/core";
import ipaddr from "ipaddr.js";

/** Whom alerts are sent to, as it is written in the configuration. */
export interface AlertOptions {
  /** `https://…`, or `workspace=https://…` for the alerts of one workspace. */
  readonly webhooks?: readonly string[];
  /** What deliveries are signed with; needed with webhooks. */
  readonly secret?: string;
  /** Hosts that a webhook may have, and addresses or CIDR ranges that one may have though they are not public. */
  readonly allowed?: readonly string[];
  /** Hosts that may be called without TLS: for tests and development. */
  readonly httpHosts?: readonly string[];
  /** How late a view may be before that is an alert. */
  readonly lateAfterMs?: number;
  /** How often it is looked for alerts, and for deliveries that are due. */
  readonly lookMs?: number;
  readonly deliverMs?: number;
  /** How often a delivery is tried, and the pause after the first try; each one doubles it. */
  readonly mostTries?: number;
  readonly baseDelayMs?: number;
}

/** A webhook; its name tells the host but nothing of the path, which may be a secret. */
export interface Webhook {
  readonly name: string;
  readonly url: URL;
  /** The one workspace whose alerts it gets, or `null` for all. */
  readonly workspace: string | null;
}

/** The options with every text read and every default filled in. */
export interface AlertSettings {
  readonly webhooks: readonly Webhook[];
  readonly secret: string;
  readonly allowedRanges: readonly AddressRange[];
  readonly lateAfterMs: number;
  readonly lookMs: number;
  readonly deliverMs: number;
  readonly mostTries: number;
  readonly baseDelayMs: number;
}

/** A range of addresses: those that agree with `address` in the first `bits`. */
export interface AddressRange {
  readonly address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly bits: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SHORTEST_SECRET = 16;
const WEBHOOK = /^(?:([A-Za-z0-9][\w-]*)=)?(https?:\/\/\S+)$/;
const NAME_HASH_LENGTH = 12;

/** Reads the options; throws one `MISCONFIGURED` that lists every problem, without naming a secret or a path. */
export function alertSettings(options: AlertOptions = {}): AlertSettings {
  const { webhooks = [], secret = "", allowed = [], httpHosts = [] } = options;
  const read = webhooks.map(readWebhook);
  const found = read.filter((webhook) => webhook !== null);
  const problems = [
    ...read.flatMap((webhook, index) => (webhook === null ? [unreadable(index)] : [])),
    ...found.flatMap((webhook) => problemsOf(webhook, allowed, httpHosts)),
    ...(webhooks.length > 0 && secret.length < SHORTEST_SECRET ? [shortSecret()] : []),
  ];
  if (problems.length > 0) throw misconfigured(problems);
  return {
    webhooks: found,
    secret,
    allowedRanges: allowed.flatMap((text) => rangeOf(text) ?? []),
    lateAfterMs: options.lateAfterMs ?? 30 * MINUTE,
    lookMs: options.lookMs ?? 30 * SECOND,
    deliverMs: options.deliverMs ?? 2 * SECOND,
    mostTries: options.mostTries ?? 12,
    baseDelayMs: options.baseDelayMs ?? 10 * SECOND,
  };
}

function readWebhook(text: string): Webhook | null {
  const [, workspace = null, address = ""] = WEBHOOK.exec(text) ?? [];
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.username !== "" || url.password !== "") return null;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, NAME_HASH_LENGTH);
  return { name: `${url.hostname}#${hash}`, url, workspace };
}

function problemsOf({ url }: Webhook, allowed: readonly string[], httpHosts: readonly string[]): Problem[] {
  const host = hostOf(url);
  const isAllowed = allowed.includes(host) || httpHosts.includes(host) || isInSome(host, allowed);
  return [
    ...(url.protocol === "http:" && !httpHosts.includes(host) ? [withoutTls(host)] : []),
    ...(isAllowed ? [] : [notAllowed(host)]),
  ];
}

function isInSome(host: string, allowed: readonly string[]): boolean {
  return (
    ipaddr.isValid(host) &&
    isInRanges(
      host,
      allowed.flatMap((text) => rangeOf(text) ?? []),
    )
  );
}

/** The host of an address as it is written in a list: without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/** Whether an address lies in one of some ranges. */
export function isInRanges(text: string, ranges: readonly AddressRange[]): boolean {
  const address = ipaddr.process(text);
  return ranges.some(
    (range) => address.kind() === range.address.kind() && address.match(range.address, range.bits),
  );
}

/** An address or CIDR range; `null` for the name of a host. */
function rangeOf(text: string): AddressRange | null {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text);
    return { address, bits };
  }
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  return { address, bits: address.toByteArray().length * 8 };
}

function unreadable(index: number): Problem {
  return {
    path: `webhooks.${index}`,
    message: "is no address of a webhook",
    fix: "Write https://host/path, or workspace=https://host/path; keep passwords out of it.",
  };
}

function withoutTls(host: string): Problem {
  return { path: "webhooks", message: `${host} is called without TLS`, fix: "Use https." };
}

function notAllowed(host: string): Problem {
  return {
    path: "webhooks",
    message: `${host} is not a host that is allowed`,
    fix: "Add it to the allowed hosts.",
  };
}

function shortSecret(): Problem {
  const message = `has fewer than ${SHORTEST_SECRET} characters`;
  return { path: "secret", message, fix: "Set a long random text that the receivers know too." };
}

function misconfigured(problems: readonly Problem[]): TeselaError {
  return new TeselaError("MISCONFIGURED", "The webhooks of alerts are not usable.", {
    problems,
    fix: "Correct the TESELA_ALERT_ variables and start again.",
  });
}
