import { testSqlParity } from "./testing/sql-parity.ts";
import { sum } from "./sum.ts";

testSqlParity(sum);
