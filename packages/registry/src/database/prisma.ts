import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient } from "../generated/client.ts";
import { unavailableOr } from "./connection-error.ts";

/** The Prisma client on the registry's own pool; a database that is away throws `UNAVAILABLE`. */
export function openPrisma(pool: pg.Pool) {
  return new PrismaClient({ adapter: new PrismaPg(pool) }).$extends({
    query: {
      async $allOperations({ args, query }) {
        try {
          return (await query(args)) as unknown;
        } catch (error) {
          throw unavailableOr(error);
        }
      },
    },
  });
}

/** The Prisma client of the registry. */
export type Prisma = ReturnType<typeof openPrisma>;
