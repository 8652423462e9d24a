import "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** A PostgreSQL whose user may create databases; make one per test file with `createDatabase`. */
    pgUrl: string;
    /** A Redis that all test files share: prefix the keys. */
    redisUrl: string;
    /** A real S3 endpoint (TEST_S3_URL), or null where only the built-in server is to be tested. */
    s3Url: string | null;
  }
}
