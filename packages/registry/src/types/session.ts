import type { ApiKey } from "./api-key.ts";

/** Logins of browsers, made from API keys; only hashes of their tokens are stored. Times are the system clock's. */
export interface Sessions {
  /** The only time that the token is seen; of too many sessions of a key the oldest ends. Throws `NOT_FOUND`. */
  create(keyId: string): Promise<string>;
  /** The key of a session that is neither over, idle for too long, nor of a revoked key; else `null`. */
  find(token: string): Promise<ApiKey | null>;
  /** Ending one that is over is fine. */
  end(token: string): Promise<void>;
}
