import { zstdDecompressSync } from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from "hyparquet";
import type { AsyncBuffer, Compressors, FileMetaData } from "hyparquet";

/** A flight to predict: its airports, when it leaves, and whether it will be late. */
export interface LabelledFlight {
  readonly origin: string;
  readonly destination: string;
  readonly date: Date;
  /** The label: more than 15 minutes behind. */
  readonly late: boolean;
}

/** Which flights to take. */
export interface SampleOptions {
  readonly path: string;
  readonly from: Date;
  /** Not part of the range. */
  readonly to: Date;
  readonly size: number;
}

type Column = keyof FlightColumns;

/** The columns of one row group, a value for each of its rows. */
interface FlightColumns {
  readonly origin: readonly string[];
  readonly destination: readonly string[];
  readonly date: readonly Date[];
  readonly delay: readonly bigint[];
}

interface FlightsFile {
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

const compressors: Compressors = { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) };

/** Every n-th flight of a range, so many that there are `size`: the same ones each time. */
export async function sampleFlights({ path, from, to, size }: SampleOptions): Promise<LabelledFlight[]> {
  const flights = await openFlights(path);
  const [start, end] = [from.getTime(), to.getTime()];
  const isInRange = (date: Date): boolean => date.getTime() >= start && date.getTime() < end;
  let total = 0;
  for await (const { date } of rowGroups(flights, ["date"])) total += date.filter(isInRange).length;
  const sample: LabelledFlight[] = [];
  let index = 0;
  for await (const group of rowGroups(flights, ["origin", "destination", "date", "delay"])) {
    for (const [row, date] of group.date.entries()) {
      if (!isInRange(date)) continue;
      if (isTaken(index, total, size)) sample.push(labelled(group, row));
      index += 1;
    }
  }
  return sample;
}

/** True for exactly `size` of the indexes below `total`, evenly apart. */
function isTaken(index: number, total: number, size: number): boolean {
  return Math.floor(((index + 1) * size) / total) > Math.floor((index * size) / total);
}

function labelled({ origin, destination, date, delay }: FlightColumns, row: number): LabelledFlight {
  return { origin: origin[row]!, destination: destination[row]!, date: date[row]!, late: delay[row]! > 15n };
}

async function openFlights(path: string): Promise<FlightsFile> {
  const file = await asyncBufferFromFile(path);
  return { file, metadata: await parquetMetadataAsync(file) };
}

/** The columns of one row group after the other: never the whole file in memory, and no object per row. */
async function* rowGroups<Name extends Column>(
  flights: FlightsFile,
  columns: readonly Name[],
): AsyncGenerator<Pick<FlightColumns, Name>> {
  let rowStart = 0;
  for (const group of flights.metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const read: Record<string, unknown[]> = {};
    await parquetRead({
      ...flights,
      compressors,
      columns: [...columns],
      rowStart,
      rowEnd,
      onChunk: ({ columnName, columnData }) => {
        const values = (read[columnName] ??= []);
        for (const value of columnData as ArrayLike<unknown> & Iterable<unknown>) values.push(value);
      },
    });
    yield read as unknown as Pick<FlightColumns, Name>;
    rowStart = rowEnd;
  }
}
