import { approxCountDistinct } from "./approx-count-distinct.ts";
import { testSqlParity } from "./testing/sql-parity.ts";

testSqlParity(approxCountDistinct.of({ precision: 4 }));
testSqlParity(approxCountDistinct.of({}));
testSqlParity(approxCountDistinct.of({ precision: 16 }));
