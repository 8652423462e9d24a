/** How long a client tries to connect. */
export const CONNECT_TIMEOUT_MS = 1_500;

const SILENT_SOCKET_MS = 10_000;
const MAX_RECONNECT_DELAY_MS = 1_000;

/** What holds for every connection. */
export const shared = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  socketTimeout: SILENT_SOCKET_MS,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  disableClientInfo: true,
} as const;

/** How long to wait before the next attempt to connect. */
export const delayOf = (times: number): number => Math.min(50 * times, MAX_RECONNECT_DELAY_MS);

/** What holds for a connection to one server. */
export const single = {
  ...shared,
  lazyConnect: true,
  enableOfflineQueue: false,
  retryStrategy: delayOf,
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
} as const;
