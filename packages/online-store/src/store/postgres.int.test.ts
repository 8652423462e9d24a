import { createDatabase, dropDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, inject } from "vitest";

import { openPostgresStore } from "./postgres/postgres-store.ts";
import { onlineStoreSuite } from "./suite.ts";

let database = "";
beforeAll(async () => {
  database = await createDatabase(inject("pgUrl"));
});
afterAll(async () => {
  await dropDatabase(inject("pgUrl"), database);
});

onlineStoreSuite("Postgres", { url: () => database, open: (url) => openPostgresStore({ url }) });
