import { testSqlParity } from "./testing/sql-parity.ts";
import { min } from "./min.ts";

testSqlParity(min);
