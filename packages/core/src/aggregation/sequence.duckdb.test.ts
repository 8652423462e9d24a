import { testSqlParity } from "./testing/sql-parity.ts";
import { first, firstDistinct, last, lastDistinct } from "./sequence.ts";

for (const family of [last, first, lastDistinct, firstDistinct]) testSqlParity(family.of({ n: 3 }));
