import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { TeselaError } from "@tesela/core";
import type { Database } from "./database/database.ts";
import { statement } from "./database/statement.ts";
import type { ApiKey, ApiKeyRole, ApiKeys } from "./types/api-key.ts";

const SECRET = /^tsk_([0-9a-f]{16})_[A-Za-z0-9_-]{43}$/;

const fields = {
  id: true,
  name: true,
  role: true,
  workspace: true,
  createdAt: true,
  revokedAt: true,
} as const;

/** Keys in Postgres. */
export function createApiKeys(database: Database): ApiKeys {
  return {
    async create({ name, role, workspace = null }) {
      const id = randomBytes(8).toString("hex");
      const secret = `tsk_${id}_${randomBytes(32).toString("base64url")}`;
      await database.prisma.apiKey.create({ data: { id, name, role, workspace, hash: hashOf(secret) } });
      return { id, secret };
    },
    async verify(secret) {
      const id = SECRET.exec(secret)?.[1];
      if (id === undefined) return null;
      // Every request asks this.
      const row = await database.first<KeyRow & { readonly hash: Buffer }>(statement`
        select
          id, name, role, workspace, hash,
          created_at as "createdAt",
          revoked_at as "revokedAt"
        from api_key
        where id = ${id}`);
      if (row === null || row.revokedAt !== null || !timingSafeEqual(row.hash, hashOf(secret))) return null;
      const { hash: _, ...key } = row;
      return asApiKey(key);
    },
    async list() {
      const rows = await database.prisma.apiKey.findMany({
        select: fields,
        orderBy: [{ createdAt: "desc" }, { id: "asc" }],
      });
      return rows.map(asApiKey);
    },
    async revoke(id) {
      await database.prisma.apiKey.updateMany({
        where: { id, revokedAt: null },
        data: { revokedAt: new Date() },
      });
      const row = await database.prisma.apiKey.findUnique({ where: { id }, select: fields });
      if (row === null) throw new TeselaError("NOT_FOUND", `There is no API key "${id}".`);
      return asApiKey(row);
    },
    async sign(id, text) {
      const row = await database.first<{ readonly hash: Buffer }>(statement`
        select hash
        from api_key
        where id = ${id} and revoked_at is null`);
      return row === null ? null : new Uint8Array(createHmac("sha256", row.hash).update(text).digest());
    },
    async listActive() {
      // Every feature server asks this all the time.
      const rows = await database.rows<ActiveKeyRow>(statement`
        select id, role, workspace, hash
        from api_key
        where revoked_at is null
        order by id`);
      return rows.map((row) => ({ ...row, role: asRole(row.role) }));
    },
  };
}

function hashOf(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash("sha256").update(secret).digest());
}

type ActiveKeyRow = Pick<KeyRow, "id" | "role" | "workspace"> & { readonly hash: Uint8Array<ArrayBuffer> };

type KeyRow = Omit<ApiKey, "role"> & { readonly role: string };

function asApiKey(row: KeyRow): ApiKey {
  return { ...row, role: asRole(row.role) };
}

/** The table's check leaves no third role. */
function asRole(text: string): ApiKeyRole {
  return text === "admin" ? "admin" : "reader";
}
