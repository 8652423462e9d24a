/** What a key may do: everything, or reading features. */
export type ApiKeyRole = "admin" | "reader";

/** A key without its secret. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly role: ApiKeyRole;
  /** The one workspace it opens, or `null` for all. */
  readonly workspace: string | null;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** A key as a server without Postgres can check it: `hash` is the SHA-256 of the whole secret. */
export interface ApiKeyHash {
  readonly id: string;
  readonly role: ApiKeyRole;
  readonly workspace: string | null;
  readonly hash: Uint8Array;
}

/** A key to make. */
export interface NewApiKey {
  readonly name: string;
  readonly role: ApiKeyRole;
  readonly workspace?: string | null;
}

/** Keys of the API; only hashes of secrets are stored. */
export interface ApiKeys {
  /** The only time that the secret, `tsk_<id>_<random>`, is seen. */
  create(key: NewApiKey): Promise<{ readonly id: string; readonly secret: string }>;
  /** The active key of a secret, or `null`. */
  verify(secret: string): Promise<ApiKey | null>;
  /** All keys, revoked ones too, the newest first. */
  list(): Promise<ApiKey[]>;
  /** Revoking twice is fine. Throws `NOT_FOUND`. */
  revoke(id: string): Promise<ApiKey>;
  /** The HMAC-SHA256 of a text in the name of an active key, which only the platform can make; `null` for no such key. */
  sign(id: string, text: string): Promise<Uint8Array | null>;
  /** What a feature server needs to check keys by itself. */
  listActive(): Promise<ApiKeyHash[]>;
}
