import type { Case } from "../case/case.ts";
import { parseCase } from "../case/parse-case.ts";
import type { CaseJson } from "../case/schema.ts";
import { withAnswers } from "./case-arbitrary.ts";

/** Every case that has less: half of the events, one event or one spine row fewer; the oracle answers anew. */
export function withoutOne(json: CaseJson): CaseJson[] {
  const { events, spine = [] } = json;
  const half = Math.floor(events.length / 2);
  const fewerEvents = [
    events.slice(0, half),
    events.slice(half),
    ...events.map((_, at) => events.toSpliced(at, 1)),
  ];
  const smaller = [
    ...(events.length > 1 ? fewerEvents : events.map(() => [])).map((fewer) => ({ ...json, events: fewer })),
    ...(spine.length > 1 ? spine.map((_, at) => ({ ...json, spine: spine.toSpliced(at, 1) })) : []),
  ];
  return smaller.map((one) => withAnswers(one).json);
}

/** The case that a JSON case is; the JSON is one that was generated. */
export function caseOfJson(json: CaseJson): Case {
  const parsed = parseCase(json);
  if (parsed.kind === "case") return parsed.case;
  throw new Error(`A generated case is not valid: ${parsed.reason}`);
}
