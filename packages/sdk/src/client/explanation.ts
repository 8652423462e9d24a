import type { ExplainedRowView, ExplainedView, ExplanationData } from "@tesela/contract";

/** What a historical read would do, and why one of its rows gets what it gets: data, and text by `String()`. */
export class Explanation implements ExplanationData {
  readonly spineRows: number;
  readonly timestampKey: string;
  readonly views: readonly ExplainedView[] & ExplanationData["views"];
  /** Realtime feature views, whose functions run over the joined rows. */
  readonly realtime: NonNullable<ExplanationData["realtime"]>;
  /** `null` unless a row was asked for. */
  readonly row: ExplanationData["row"];
  /** What would run; files by their names alone. */
  readonly sql: string;

  constructor(data: ExplanationData) {
    this.spineRows = data.spineRows;
    this.timestampKey = data.timestampKey;
    this.views = data.views;
    this.realtime = data.realtime ?? [];
    this.row = data.row;
    this.sql = data.sql;
  }

  /** Everything but the SQL as text; of a row that was asked for, that row first. */
  toString(): string {
    const spine = `${this.spineRows.toLocaleString("en-US")} spine rows, T is "${this.timestampKey}"`;
    const row = this.row === null ? [] : [printRow(this.row)];
    return [...row, spine, ...this.realtime.map(printRealtime), ...this.views.map(printView)].join("\n\n");
  }

  /** How `console.log` shows an explanation in Node. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

function printRealtime({ name, featureView, request, reads }: Explanation["realtime"][number]): string {
  const title = name === featureView ? name : `${name} (feature view ${featureView})`;
  return lines([
    [title, "realtime, its function runs over the joined rows"],
    ["request data", request.length === 0 ? "none" : request.join(", ")],
    ["reads", reads.length === 0 ? "no view" : reads.join(", ")],
  ]);
}

function printRow({ row, instant, views }: NonNullable<ExplanationData["row"]>): string {
  return [`row ${row} at ${instant ?? "no instant"}`, ...views.map(printRowView)].join("\n");
}

function printRowView({ name, keys, bound, reason, because, values }: ExplainedRowView): string {
  const key = keys.map(({ name: column, value }) => `${column} ${value ?? "null"}`).join(", ");
  return lines([
    [name, `${reason}: ${because}`],
    ["keys", key],
    ["bound", bound ?? "none"],
    ...values.map(({ feature, value }): Line => [feature, value ?? "null"]),
  ]);
}

function printView(view: ExplainedView): string {
  const { source, example, windows, needed, gaps } = view;
  const title =
    view.name === view.featureView ? view.name : `${view.name} (feature view ${view.featureView})`;
  const at = example === null ? [] : [`bound ${example.bound} at T ${example.instant}`];
  return lines([
    [title, printSource(source)],
    ["join", view.joinCondition],
    ...at.map((text): Line => ["example", text]),
    ...windows.map(({ features, window, example: range }): Line => [
      "window",
      `${window}, at the example ${printRange(range)}: ${features.join(", ")}`,
    ]),
    ["embargo", view.embargo ?? "none"],
    ["data delay", view.dataDelay],
    ["grain", view.grain],
    ["strategy", view.strategy.join(", ")],
    ["needs", needed === null ? "nothing of its history" : printRange(needed)],
    ["gaps", gaps.length === 0 ? "none" : gaps.map(printRange).join(", ")],
  ]);
}

function printSource({ kind, why, commit, files, bytes, fileNames }: ExplainedView["source"]): string {
  const at = commit === null ? "" : `, commit ${commit}`;
  const size = `${files} ${files === 1 ? "file" : "files"}, ${bytes.toLocaleString("en-US")} bytes`;
  const names = fileNames.length === 0 ? "" : `: ${fileNames.join(", ")}`;
  return `reads the ${kind}${at}, ${size} (${why})${names}`;
}

function printRange({
  startTime,
  endTime,
}: {
  readonly startTime: string;
  readonly endTime: string;
}): string {
  return `[${startTime}, ${endTime})`;
}

type Line = readonly [name: string, text: string];

/** The first line is a title; the others are aligned under it. */
function lines([[title, text], ...others]: readonly [Line, ...Line[]]): string {
  const width = Math.max(...others.map(([name]) => name.length)) + 2;
  return [`${title}: ${text}`, ...others.map(([name, value]) => `  ${name.padEnd(width)}${value}`)].join(
    "\n",
  );
}
