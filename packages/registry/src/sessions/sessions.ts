import { createHash, randomBytes } from "node:crypto";
import { TeselaError } from "@tesela/core";
import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { ApiKey } from "../types/api-key.ts";
import type { Sessions } from "../types/session.ts";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const TOKEN_BYTES = 32;
/** How long a session lasts, and how long it may be left alone. */
const LIFETIME = "12 hours";
const IDLE = "1 hour";
/** So often at most a session that is used is written. */
const SEEN_EVERY = "1 minute";
const MOST_OF_A_KEY = 20;

/** Sessions in Postgres. */
export function createSessions(database: Database): Sessions {
  return {
    async create(keyId) {
      const token = randomBytes(TOKEN_BYTES).toString("base64url");
      await database.transaction((tx) => insertSession(tx, keyId, hashOf(token)));
      return token;
    },
    async find(token) {
      if (!TOKEN.test(token)) return null;
      const hash = hashOf(token);
      const key = await readKey(database, hash);
      if (key !== null) await touch(database, hash);
      return key;
    },
    async end(token) {
      await database.run(statement`delete from session where hash = ${hashOf(token)}`);
    },
  };
}

/** The key's row is locked, so that two logins at once cannot both be the last that fits. */
async function insertSession(tx: Queries, keyId: string, hash: Buffer): Promise<void> {
  const key = await tx.first(statement`
    select id
    from api_key
    where id = ${keyId} and revoked_at is null
    for no key update`);
  if (key === null) throw new TeselaError("NOT_FOUND", "The API key is unknown or revoked.");
  await tx.run(statement`
    delete from session
    where created_at <= clock_timestamp() - ${LIFETIME}::interval
      or seen_at <= clock_timestamp() - ${IDLE}::interval
      or hash in (
        select hash
        from session
        where key_id = ${keyId}
        order by created_at desc
        offset ${MOST_OF_A_KEY - 1}
      )`);
  await tx.run(statement`insert into session (hash, key_id) values (${hash}, ${keyId})`);
}

function readKey(queries: Queries, hash: Buffer): Promise<ApiKey | null> {
  return queries.first(statement`
    select
      api_key.id, api_key.name, api_key.role, api_key.workspace, api_key.created_at as "createdAt",
      api_key.revoked_at as "revokedAt"
    from session
    join api_key on api_key.id = session.key_id
    where session.hash = ${hash}
      and session.created_at > clock_timestamp() - ${LIFETIME}::interval
      and session.seen_at > clock_timestamp() - ${IDLE}::interval
      and api_key.revoked_at is null`);
}

async function touch(queries: Queries, hash: Buffer): Promise<void> {
  await queries.run(statement`
    update session
    set seen_at = clock_timestamp()
    where hash = ${hash} and seen_at < clock_timestamp() - ${SEEN_EVERY}::interval`);
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
