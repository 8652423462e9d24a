// Pictures of values over time: windows, the start, ttl, range reads (TIME T4 to T7, T15).
import { bound, DAY, duration, micros, parseDuration, ttlBase, windowRange } from "@tesela/core";
import type { EpochMicros, ViewTime } from "@tesela/core";
import { arrow, box, dot, label, line, type Picture } from "./svg.ts";
import {
  answer,
  at,
  clock,
  day,
  grid,
  laneName,
  question,
  timeline,
  viewTime,
  type Timeline,
} from "./timeline.ts";

const TEN_MINUTES = parseDuration("10m");

/** The window of an hour over tiles of ten minutes, and the same without tiles: worked row 5. */
export function windows(): Picture {
  const time = timeline(at("2024-01-01T10:50"), at("2024-01-01T12:30"));
  const events = ["11:03", "11:44", "12:00"].map((text) => at(`2024-01-01T${text}`));
  const tiled = viewTime({ grain: TEN_MINUTES });
  const continuous = viewTime({ grain: duration(1n) });
  return {
    name: "windows",
    title: "A window of one hour",
    description:
      "Tiles of ten minutes. At 12:07 the window is [11:00, 12:00): the tile from 12:00 is still filling and its event " +
      "does not count. At 12:10 the window is [11:10, 12:10): that event counts and the one of 11:03 no longer does. " +
      "A continuous aggregate at 12:07 covers [11:07, 12:07).",
    height: 326,
    shapes: [
      ...grid(time, [50, 288], TEN_MINUTES, clock),
      ...laneName(82, "tiled, T = 12:07", "window [11:00, 12:00)"),
      ...hour(time, tiled, at("2024-01-01T12:07"), 82, events),
      box(time.x(at("2024-01-01T12:00")) + 2, time.x(at("2024-01-01T12:10")), 68, 28, "open"),
      label(time.x(at("2024-01-01T12:10")) + 6, 87, "still filling", "faint"),
      ...laneName(166, "tiled, T = 12:10", "window [11:10, 12:10)"),
      ...hour(time, tiled, at("2024-01-01T12:10"), 166, events),
      ...laneName(250, "no tiles, T = 12:07", "window [11:07, 12:07)"),
      ...hour(time, continuous, at("2024-01-01T12:07"), 250, events),
    ],
  };
}

function hour(
  time: Timeline,
  view: ViewTime,
  asked: EpochMicros,
  y: number,
  events: readonly EpochMicros[],
): string[] {
  const window = { kind: "sliding", size: parseDuration("1h"), offset: duration(0n) } as const;
  const { start, end } = windowRange(window, bound(view, asked));
  const width = view.grain === 1n ? window.size : view.grain;
  const tiles = Array.from({ length: Number(window.size / width) }, (_, index) =>
    micros(start + BigInt(index) * width),
  );
  return [
    ...tiles.map((tile) => box(time.x(tile), time.x(micros(tile + width)), y - 14, 28, "tile")),
    ...events.map((event) => dot(time.x(event), y, event >= start && event < end)),
    ...question(time, asked, y, "T"),
  ];
}

/** Null before the start, zero after it: worked row 2. */
export function start(): Picture {
  const time = timeline(at("2022-04-28"), at("2022-05-03"));
  const begin = at("2022-04-30");
  const before = [time.start, begin] as const;
  const after = [begin, time.end] as const;
  return {
    name: "start",
    title: "Before the feature start everything is null",
    description:
      "Feature start 30 April, daily schedule, windows of seven days. Before 30 April all features are null, counts " +
      "too. From then on the key with an event on 29 April has a count of 1, a key never seen a count of 0 and a null mean.",
    height: 306,
    shapes: [
      ...grid(time, [44, 268], DAY, day),
      line(time.x(begin), 44, time.x(begin), 268, "bound"),
      label(time.x(begin), 32, "feature start", "green", "middle"),
      ...laneName(74, "events of key A"),
      dot(time.x(at("2022-04-29T10:00")), 70, true),
      ...laneName(124, "count of key A", "7 days"),
      ...answer(time, before, 122, "null"),
      ...answer(time, after, 122, "1"),
      ...laneName(178, "count of key B", "never seen"),
      ...answer(time, before, 176, "null"),
      ...answer(time, after, 176, "0"),
      ...laneName(232, "mean of key B", "never seen"),
      ...answer(time, before, 230, "null"),
      ...answer(time, after, 230, "null"),
    ],
  };
}

/** A ttl of two days on a daily attribute: worked row 7. */
export function ttl(): Picture {
  const time = timeline(at("2024-01-01"), at("2024-01-10"));
  const view = viewTime({ grain: DAY, ttl: parseDuration("2d") });
  const rows = [
    [at("2024-01-02T12:00"), "10"],
    [at("2024-01-06T12:00"), "20"],
  ] as const;
  return {
    name: "ttl",
    title: "A ttl of two days on a daily attribute",
    description:
      "The value 10 of 2 January is served from 3 January until 5 January, the value 20 of 6 January from 7 January " +
      "until 9 January; in between the answer is null.",
    height: 230,
    shapes: [
      ...grid(time, [44, 192], DAY, day),
      ...laneName(76, "rows"),
      ...laneName(136, "answer", "ttl 2 days"),
      ...answer(time, [at("2024-01-01"), at("2024-01-03")], 134, "null"),
      ...answer(time, [at("2024-01-05"), at("2024-01-07")], 134, "null"),
      ...answer(time, [at("2024-01-09"), at("2024-01-10")], 134, "null"),
      ...rows.flatMap(([event, value]) => {
        const visible = ttlBase(view, event);
        const gone = micros(visible + view.ttl!);
        return [
          dot(time.x(event), 72, true),
          label(time.x(event), 56, value, "", "middle"),
          ...answer(time, [visible, gone], 134, value),
          arrow(time.x(visible), time.x(gone), 164),
          label((time.x(visible) + time.x(gone)) / 2, 180, "ttl", "faint", "middle"),
        ];
      }),
    ],
  };
}

/** A sum of five days as intervals of equal answers: worked row 8. */
export function rangeRead(): Picture {
  const time = timeline(at("2024-01-01"), at("2024-01-09"));
  return {
    name: "range-read",
    title: "A range read of a sum over five days",
    description:
      "Events of 5 on 1 January, 10 on 2, 20 on 6 and 10 on 7 January. The range read has three rows: 5 from 2 January " +
      "to 3, 15 from 3 to 7, 30 from 7 to 9 January. There is no row before 2 January.",
    height: 220,
    shapes: [
      ...grid(time, [44, 182], DAY, day),
      ...laneName(76, "events"),
      ...PAYMENTS.flatMap(([event, value]) => [
        dot(time.x(event), 74, true),
        label(time.x(event), 58, String(value), "", "middle"),
      ]),
      ...laneName(138, "rows", "sum of 5 days"),
      ...intervals(time).flatMap(({ from, until, sum }) => answer(time, [from, until], 136, String(sum))),
    ],
  };
}

const PAYMENTS = [
  [at("2024-01-01T12:00"), 5],
  [at("2024-01-02T12:00"), 10],
  [at("2024-01-06T12:00"), 20],
  [at("2024-01-07T12:00"), 10],
] as const;

interface Interval {
  readonly from: EpochMicros;
  readonly until: EpochMicros;
  readonly sum: number;
}

/** The days of a timeline with their sums; equal neighbours are one, and a day without an input has no row. */
function intervals({ start, end }: Timeline): Interval[] {
  const found: Interval[] = [];
  for (let from = start; from < end; from = micros(from + DAY)) {
    const sum = sumAt(from);
    const until = micros(from + DAY);
    const last = found.at(-1);
    if (last !== undefined && last.sum === sum) found[found.length - 1] = { ...last, until };
    else if (sum !== null) found.push({ from, until, sum });
  }
  return found;
}

function sumAt(asked: EpochMicros): number | null {
  const window = { kind: "sliding", size: parseDuration("5d"), offset: duration(0n) } as const;
  const { start, end } = windowRange(window, bound(viewTime({ grain: DAY }), asked));
  const inside = PAYMENTS.filter(([event]) => event >= start && event < end);
  return inside.length === 0 ? null : inside.reduce((sum, [, value]) => sum + value, 0);
}
