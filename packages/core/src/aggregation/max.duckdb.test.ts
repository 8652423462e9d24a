import { testSqlParity } from "./testing/sql-parity.ts";
import { max } from "./max.ts";

testSqlParity(max);
