import type { CompiledView } from "@tesela/core";
import type { WorkResult } from "../harness/work.ts";
import { attributesByHand } from "./attributes-by-hand.ts";
import type { Data } from "./data.ts";
import type { Historical, Work } from "./historical.ts";
import { readSql, sideBySide, storedFile, type StoredView } from "./read.ts";
import { viewOfEvents, type UserKey } from "./repository.ts";

/** What attributes may cost: the hand-written join and a quarter. */
const BAR = 1.25;
const VIEWS_AT_ONCE = 5;

/** The newest `amount` and `product` of a user. */
export function attributeView(name: string, keyType: UserKey = "int64"): CompiledView {
  return viewOfEvents(
    {
      name,
      features: [
        { kind: "attribute", name: "amount", type: "float64" },
        { kind: "attribute", name: "product", type: "int64" },
      ],
    },
    keyType,
  );
}

/** The newest row before each spine row, of one view and of five. */
export const attributeWorks: readonly Work[] = [
  (bench) => oneView(bench, "int64"),
  (bench) => oneView(bench, "string"),
  fiveViews,
];

async function oneView(bench: Historical, keyType: UserKey): Promise<WorkResult> {
  const data = await dataOf(bench, keyType);
  const view = attributeView("newest", keyType);
  const path = await storedFile(bench, `newest-${keyType}`, view, eventsQuery(data));
  const { ties, rows } = await tiesOf(bench, data.events, path);
  return sideBySide(bench, {
    work: `attributes, zipf ${keyType} keys, against a hand-written ASOF join`,
    bar: BAR,
    views: [view],
    ours: readSql({ path: data.spine, keyType }, [{ view, path }]),
    theirs: attributesByHand(data.spine, [path]),
    note: `${rows} rows are live; ${ties} lost a tie of key and time when they were stored`,
  });
}

async function fiveViews(bench: Historical): Promise<WorkResult> {
  const data = await bench.data("zipf");
  const stored: StoredView[] = [];
  for (let number = 1; number <= VIEWS_AT_ONCE; number++) {
    const view = attributeView(`newest_${number}`);
    const path = await storedFile(bench, view.name, view, shiftedEvents(data, number));
    stored.push({ view, path });
  }
  return sideBySide(bench, {
    work: "attributes of five views at once, zipf keys, against five hand-written ASOF joins in a chain",
    bar: BAR,
    views: stored.map(({ view }) => view),
    ours: readSql({ path: data.spine, keyType: "int64" }, stored),
    theirs: attributesByHand(
      data.spine,
      stored.map(({ path }) => path),
    ),
  });
}

function eventsQuery({ events }: Data): string {
  return `select * from read_parquet('${events}')`;
}

/** The events at other instants and of other values, so that no two views have the same history. */
function shiftedEvents({ events }: Data, number: number): string {
  return `
select user_id, ts + to_seconds(${number}) as ts, amount + ${number} as amount, product * ${number} as product
from read_parquet('${events}')`;
}

/** The zipf files, with keys of a type. */
async function dataOf(bench: Historical, keyType: UserKey): Promise<Data> {
  const data = await bench.data("zipf");
  if (keyType === "int64") return data;
  const asText = (name: string, from: string): Promise<string> =>
    bench.once(bench.path(`${name}-text.parquet`), (path) =>
      bench.engine.run(`
copy (
  select * replace ('user-' || user_id as user_id) from read_parquet('${from}')
) to '${path}' (format parquet)`),
    );
  return { events: await asText("events", data.events), spine: await asText("spine", data.spine) };
}

async function tiesOf(
  { engine }: Historical,
  events: string,
  stored: string,
): Promise<{ readonly rows: number; readonly ties: number }> {
  const [all, live] = await engine.first(`
select (select count(*) from read_parquet('${events}')), (select count(*) from read_parquet('${stored}'))`);
  return { rows: Number(live), ties: Number(all) - Number(live) };
}
