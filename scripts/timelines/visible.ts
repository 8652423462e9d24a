// Pictures of what is visible: leakage, the bound, its grains, delays and fences (TIME T3, T11).
import { bound, DAY, duration, micros, parseDuration, type EpochMicros } from "@tesela/core";
import { arrow, dot, label, line, type Picture } from "./svg.ts";
import { at, clock, day, grid, knowable, laneName, question, timeline, viewTime } from "./timeline.ts";

const HOUR = parseDuration("1h");

/** The newest row against the newest row before the question. */
export function leakage(): Picture {
  const time = timeline(at("2024-05-01"), at("2024-05-05"));
  const asked = at("2024-05-03T10:00");
  const events = ["2024-05-01T08:00", "2024-05-02T16:00", "2024-05-04T06:00"].map((event) => at(event));
  const balances = ["balance 40", "balance 90", "balance 5"];
  return {
    name: "leakage",
    title: "The newest balance leaks the future into a training row",
    description:
      "A loan is decided on 3 May 10:00. The balance was 40 from 1 May and 90 from 2 May; on 4 May it became 5. " +
      "Joining the newest balance gives 5, which nobody knew on 3 May. The point-in-time answer is 90.",
    height: 172,
    shapes: [
      ...grid(time, [56, 112], DAY, day),
      ...laneName(88, "balance", "of one customer"),
      ...knowable(time, asked, 84, []),
      ...events.flatMap((event, index) => [
        dot(time.x(event), 84, event < asked),
        label(time.x(event), 62, balances[index]!, index < 2 ? "" : "red", "middle"),
      ]),
      label(time.x(asked), 36, "T: the loan is decided", "violet", "middle"),
      line(time.x(asked), 44, time.x(asked), 108, "asked"),
      label(190, 156, "as it was knowable at T: 90", "green"),
      label(726, 156, "the newest of all: 5, the future", "red", "end"),
    ],
  };
}

/** One event, three questions: worked row 1. */
export function boundOfBatch(): Picture {
  const time = timeline(at("2022-04-30"), at("2022-05-03"));
  const view = viewTime({ grain: DAY });
  const events = ["2022-04-30T09:00", "2022-05-01T00:00", "2022-05-02T10:00"].map((event) => at(event));
  const asked = ["2022-05-01T23:59", "2022-05-02T00:00", "2022-05-02T18:00"];
  return {
    name: "bound-batch",
    title: "The bound of a daily batch view",
    description:
      "Asked on 1 May 23:59 the bound is 1 May 00:00, and the event at that very instant is not visible. Asked on " +
      "2 May 00:00 or 18:00 the bound is 2 May 00:00 and the event is visible; one of 2 May 10:00 is not.",
    height: 318,
    shapes: [
      ...grid(time, [52, 280], DAY, day),
      ...asked.flatMap((text, index) => {
        const y = 82 + index * 84;
        const instant = at(text);
        return [
          ...laneName(
            y,
            `T = ${day(instant)} ${clock(instant)}`,
            `bound = ${day(bound(view, instant))} 00:00`,
          ),
          ...knowable(time, bound(view, instant), y, events),
          ...question(time, instant, y, "T"),
        ];
      }),
    ],
  };
}

/** The same events and the same question, at three grains. */
export function grains(): Picture {
  const time = timeline(at("2024-05-01T06:00"), at("2024-05-01T18:00"));
  const asked = at("2024-05-01T15:25");
  const events = ["08:20", "11:10", "12:40", "14:20", "15:12"].map((text) => at(`2024-05-01T${text}`));
  const lanes = [
    ["batch view", "schedule 6 h", viewTime({ grain: parseDuration("6h") })],
    ["tiled stream view", "interval 1 h", viewTime({ grain: HOUR })],
    ["grain of 1 µs", "continuous, table", viewTime({ grain: duration(1n) })],
  ] as const;
  return {
    name: "grains",
    title: "One question at three grains",
    description:
      "At T = 15:25 a batch view with a schedule of six hours sees what is before 12:00, a stream view with tiles of " +
      "one hour what is before 15:00, and continuous aggregates, stream attributes and feature tables all before 15:25.",
    height: 306,
    shapes: [
      ...grid(time, [44, 270], HOUR, (instant) =>
        instant % parseDuration("2h") === 0n ? clock(instant) : "",
      ),
      ...lanes.flatMap(([name, grain, view], index) => [
        ...laneName(80 + index * 76, name, grain),
        ...knowable(time, bound(view, asked), 80 + index * 76, events),
      ]),
      line(time.x(asked), 42, time.x(asked), 268, "asked"),
      label(time.x(asked), 30, "T = 15:25", "violet", "middle"),
    ],
  };
}

/** Data delay and embargo are one slower clock: worked row 3. */
export function delays(): Picture {
  const time = timeline(at("2024-07-01"), at("2024-07-04"));
  const view = viewTime({ grain: DAY, dataDelay: parseDuration("2h") });
  const lanes = [
    ["T = 3 Jul 01:00", "delay 2 h", "2024-07-03T01:00", "0s", "2h"],
    ["T = 3 Jul 02:00", "delay 2 h", "2024-07-03T02:00", "0s", "2h"],
    ["T = 3 Jul 02:00", "and embargo 1 d", "2024-07-03T02:00", "1d", "1d"],
  ] as const;
  const events = ["2024-07-01T10:00", "2024-07-02T10:00"].map((event) => at(event));
  const lane = (y: number, asked: EpochMicros, embargo: string, slower: string): string[] => {
    const boundary = bound(view, asked, { embargo: parseDuration(embargo), isInclusive: false });
    return [
      ...knowable(time, boundary, y, events),
      ...question(time, asked, y, "T"),
      arrow(time.x(asked), time.x(micros(asked - parseDuration(slower))), y + 26),
      label(time.x(asked) + 8, y + 30, `−${slower.replace(/(\d+)/, "$1 ")}, then the grid`, "faint"),
    ];
  };
  return {
    name: "delays",
    title: "Data delay and embargo",
    description:
      "A daily view with a data delay of two hours. On 3 July 01:00 the slower clock shows 2 July 23:00, so the bound " +
      "is 2 July; at 02:00 it is 3 July. With an embargo of one day the larger of the two counts and the bound is 2 July.",
    height: 326,
    shapes: [
      ...grid(time, [50, 288], DAY, day),
      ...lanes.flatMap(([name, what, asked, embargo, slower], index) => [
        ...laneName(80 + index * 84, name, what),
        ...lane(80 + index * 84, at(asked), embargo, slower),
      ]),
    ],
  };
}

/** What embargo and lookback leave of the past. */
export function fences(): Picture {
  const time = timeline(at("2024-05-01"), at("2024-05-10"));
  const asked = at("2024-05-08");
  const oldest = at("2024-05-03");
  const newest = at("2024-05-07");
  const events = ["2024-05-02", "2024-05-03", "2024-05-05T12:00", "2024-05-07", "2024-05-07T14:00"].map(
    (text) => at(text),
  );
  return {
    name: "fences",
    title: "The fences of a historical read",
    description:
      "A feature table asked on 8 May with an embargo of one day and a lookback of five days: rows from 3 May, that " +
      "instant included, to 7 May, that instant excluded, can match.",
    height: 190,
    shapes: [
      ...grid(time, [52, 150], DAY, day),
      ...laneName(90, "rows of a key", "grain of 1 µs"),
      `<rect class="past" x="${time.x(oldest)}" y="76" width="${time.x(newest) - time.x(oldest)}" height="28" rx="2"/>`,
      line(time.x(newest), 68, time.x(newest), 112, "bound"),
      ...events.map((event) => dot(time.x(event), 90, event >= oldest && event < newest)),
      ...question(time, asked, 90, "T"),
      arrow(time.x(asked), time.x(newest), 124),
      label(time.x(asked) + 6, 128, "embargo", "faint"),
      arrow(time.x(asked), time.x(oldest), 140),
      label(time.x(asked) + 6, 144, "maxLookback", "faint"),
    ],
  };
}
