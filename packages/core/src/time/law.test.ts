import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { duration, parseDuration } from "./duration.ts";
import { formatInstant, micros, parseInstant, type EpochMicros } from "./instant.ts";
import {
  answeredAt,
  bound,
  delay,
  dueAt,
  edge,
  firstVisible,
  isExpired,
  materializableFrom,
  materializableUntil,
  neededFrom,
  servedBound,
  startBound,
  ttlBase,
  windowRange,
} from "./law.ts";
import type { TimeRange } from "./range.ts";
import type { ViewTime, Window } from "./view-time.ts";

const at = parseInstant;
const view = (fields: Partial<ViewTime> = {}): ViewTime => ({
  grain: parseDuration("1d"),
  schedule: parseDuration("1d"),
  dataDelay: duration(0n),
  featureStart: at("2022-04-30"),
  ttl: null,
  windows: [],
  ...fields,
});
const sliding = (size: string, offset = "0s"): Window => ({
  kind: "sliding",
  size: parseDuration(size),
  offset: parseDuration(offset),
});
const range = (start: string, end: string): TimeRange => ({ start: at(start), end: at(end) });
const text = (instant: EpochMicros | null): string | null =>
  instant === null ? null : formatInstant(instant);

describe("T3 the bound", () => {
  test("is the last grid point at or before T", () => {
    expect(text(bound(view(), at("2022-05-01T00:00:00Z")))).toBe("2022-05-01T00:00:00Z");
    expect(text(bound(view(), at("2022-05-01T23:59:59.999999Z")))).toBe("2022-05-01T00:00:00Z");
  });

  test("a data delay of 2 h: at 01:00 the day before yesterday's end, at 02:00 yesterday's", () => {
    const delayed = view({ dataDelay: parseDuration("2h") });
    expect(text(bound(delayed, at("2022-07-03T01:59:59.999999Z")))).toBe("2022-07-02T00:00:00Z");
    expect(text(bound(delayed, at("2022-07-03T02:00:00Z")))).toBe("2022-07-03T00:00:00Z");
  });

  test("embargo and data delay are not added: the larger wins", () => {
    const delayed = view({ dataDelay: parseDuration("2h") });
    expect(delay(delayed, parseDuration("1h"))).toBe(parseDuration("2h"));
    expect(delay(delayed, parseDuration("3h"))).toBe(parseDuration("3h"));
    expect(
      text(bound(delayed, at("2022-07-03T02:30:00Z"), { embargo: parseDuration("3h"), isInclusive: false })),
    ).toBe("2022-07-02T00:00:00Z");
    expect(delay(delayed)).toBe(parseDuration("2h"));
  });

  test("with a grain of 1 µs it is T itself", () => {
    expect(bound(view({ grain: duration(1n) }), micros(-7))).toBe(-7n);
  });
});

describe("T4 windows", () => {
  test("cover [bound − W + offset, bound + offset)", () => {
    expect(windowRange(sliding("5h", "-1h"), at("2024-01-02T00:00:00Z"))).toEqual(
      range("2024-01-01T18:00:00Z", "2024-01-01T23:00:00Z"),
    );
    expect(windowRange(sliding("1d"), at("2024-01-02"))).toEqual(range("2024-01-01", "2024-01-02"));
  });

  test("a lifetime begins at its fixed start and ends at the bound", () => {
    expect(windowRange({ kind: "lifetime", start: at("2020-01-01") }, at("2024-01-02"))).toEqual(
      range("2020-01-01", "2024-01-02"),
    );
  });
});

describe("T5 before the start", () => {
  test("the first bound with values is the grid point at or before the start", () => {
    expect(text(startBound(view()))).toBe("2022-04-30T00:00:00Z");
    expect(text(startBound(view({ featureStart: at("2022-04-30T06:30:00Z") })))).toBe("2022-04-30T00:00:00Z");
  });

  test("the first visible attribute is at the start of the first window, for a grain of 1 µs at the start", () => {
    expect(text(firstVisible(view()))).toBe("2022-04-29T00:00:00Z");
    expect(text(firstVisible(view({ grain: duration(1n) })))).toBe("2022-04-30T00:00:00Z");
  });
});

describe("T7 ttl", () => {
  const kept = view({ ttl: parseDuration("1d") });

  test("counts from the end of the interval that holds the row", () => {
    expect(text(ttlBase(kept, at("2022-05-02T08:00:00Z")))).toBe("2022-05-03T00:00:00Z");
    expect(text(ttlBase(kept, at("2022-05-02T00:00:00Z")))).toBe("2022-05-03T00:00:00Z");
    expect(text(ttlBase(kept, at("1969-12-31T23:59:59Z")))).toBe("1970-01-01T00:00:00Z");
  });

  test("is over at exactly b(e) + ttl", () => {
    const event = at("2022-05-02T08:00:00Z");
    expect(isExpired(kept, event, micros(at("2022-05-04") - 1n))).toBe(false);
    expect(isExpired(kept, event, at("2022-05-04"))).toBe(true);
    expect(isExpired(view(), event, at("2032-05-04"))).toBe(false);
  });
});

describe("T12 the edge and what is served", () => {
  const attributes = view();
  const weekly = view({ windows: [sliding("7d")] });

  test("there is none before the first job, nor before the first answer is whole", () => {
    expect(edge(attributes, [])).toBeNull();
    expect(servedBound(attributes, at("2022-06-01"), null)).toBeNull();
    expect(edge(weekly, [range("2022-04-23", "2022-04-29")])).toBeNull();
    expect(text(edge(weekly, [range("2022-04-23", "2022-04-30")]))).toBe("2022-04-30T00:00:00Z");
  });

  test("a later run does not count before the gap is filled", () => {
    const runs = [range("2022-04-29", "2022-05-03"), range("2022-05-05", "2022-05-08")];
    expect(text(edge(attributes, runs))).toBe("2022-05-03T00:00:00Z");
  });

  test("a later run that holds all that its own answer needs is an edge by itself", () => {
    expect(text(edge(weekly, [range("2022-05-01", "2022-05-08")]))).toBe("2022-05-08T00:00:00Z");
    expect(edge(weekly, [range("2022-05-02", "2022-05-08")])).toBeNull();
    expect(edge(attributes, [range("2022-04-30", "2022-05-08")])).toBeNull();
    const kept = view({ ttl: parseDuration("1d") });
    expect(text(edge(kept, [range("2022-05-03", "2022-05-08")]))).toBe("2022-05-08T00:00:00Z");
  });

  test("a late job never blanks out serving: the smaller of what is knowable and what is there", () => {
    expect(text(servedBound(attributes, at("2022-05-04T12:00:00Z"), at("2022-05-03")))).toBe(
      "2022-05-03T00:00:00Z",
    );
    expect(text(servedBound(attributes, at("2022-05-02T12:00:00Z"), at("2022-05-03")))).toBe(
      "2022-05-02T00:00:00Z",
    );
  });
});

describe("T12 the instant that an online answer is the historical one of", () => {
  const delays = fc.constantFrom("0s", "2h", "30h");
  const grains = fc.constantFrom("1h", "1d", "7d");
  const instants = fc.bigInt({ min: 0n, max: 10n ** 15n }).map(micros);

  test("is the greatest up to the clock whose bound does not lie past the edge", () => {
    fc.assert(
      fc.property(grains, delays, instants, instants, (grain, dataDelay, now, edgeAt) => {
        const own = view({ grain: parseDuration(grain), dataDelay: parseDuration(dataDelay) });
        const instant = answeredAt(own, now, edgeAt);
        expect(bound(own, instant)).toBe(servedBound(own, now, edgeAt));
        expect(instant <= now).toBe(true);
        const isGreatest = instant === now || bound(own, micros(instant + 1n)) > edgeAt;
        expect(isGreatest).toBe(true);
      }),
    );
  });
});

describe("T13 the schedule", () => {
  test("a 7-day schedule with fst 2023-11-12: the first window is [2023-11-02, 2023-11-09)", () => {
    const weekly = view({ grain: parseDuration("7d"), featureStart: at("2023-11-12") });
    expect(text(firstVisible(weekly))).toBe("2023-11-02T00:00:00Z");
    expect(text(startBound(weekly))).toBe("2023-11-09T00:00:00Z");
    expect(text(materializableFrom(weekly))).toBe("2023-11-02T00:00:00Z");
  });

  test("for aggregates it begins at the start, on the grid, of the oldest window of the first answer", () => {
    expect(text(materializableFrom(view({ windows: [sliding("1d"), sliding("3d", "-2d")] })))).toBe(
      "2022-04-25T00:00:00Z",
    );
    expect(text(materializableFrom(view({ windows: [sliding("30h")] })))).toBe("2022-04-28T00:00:00Z");
    const lifetime: Window = { kind: "lifetime", start: at("2022-01-01T06:00:00Z") };
    expect(text(materializableFrom(view({ windows: [lifetime, sliding("1d")] })))).toBe(
      "2022-01-01T00:00:00Z",
    );
  });

  test("a ttl says how far back attributes are needed, never before the first window", () => {
    const kept = view({ ttl: parseDuration("36h") });
    expect(text(neededFrom(kept, at("2022-05-10")))).toBe("2022-05-08T00:00:00Z");
    expect(text(neededFrom(kept, at("2022-04-30")))).toBe("2022-04-29T00:00:00Z");
    expect(text(neededFrom(view(), at("2022-05-10")))).toBe("2022-04-29T00:00:00Z");
  });

  test("the job for [a, a+S) is due at a + S + D", () => {
    const delayed = view({ dataDelay: parseDuration("2h") });
    expect(text(dueAt(delayed, at("2022-05-02")))).toBe("2022-05-02T02:00:00Z");
    expect(text(materializableUntil(delayed, at("2022-05-02T01:59:59.999999Z")))).toBe(
      "2022-05-01T00:00:00Z",
    );
    expect(text(materializableUntil(delayed, at("2022-05-02T02:00:00Z")))).toBe("2022-05-02T00:00:00Z");
  });
});

describe("the rules fit together", () => {
  const instant = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }).map(micros);
  const length = fc.bigInt({ min: 1n, max: 10n ** 12n }).map(duration);
  const anyView = fc
    .record({
      grain: length,
      dataDelay: length,
      featureStart: instant,
      ttl: fc.option(length),
      windows: fc.constant([]),
    })
    .map((time) => ({ ...time, schedule: time.grain }));

  test("T3, T13 what is due at T is exactly what the bound at T needs", () => {
    fc.assert(
      fc.property(anyView, instant, (time, now) => {
        expect(bound(time, now)).toBe(materializableUntil(time, now));
        expect(dueAt(time, bound(time, now)) <= now).toBe(true);
        expect(dueAt(time, micros(bound(time, now) + time.grain)) > now).toBe(true);
      }),
    );
  });

  test("T7 no row that is still served is older than what is needed", () => {
    fc.assert(
      fc.property(anyView, instant, instant, (time, event, now) => {
        const boundary = bound(time, now);
        const isServed = event >= firstVisible(time) && event < boundary && !isExpired(time, event, boundary);
        expect(!isServed || event >= neededFrom(time, boundary)).toBe(true);
      }),
    );
  });

  test("T12 a range from the first materializable instant is always an edge once it reaches the start", () => {
    fc.assert(
      fc.property(anyView, fc.nat(20), (time, grains) => {
        const end = micros(startBound(time) + BigInt(grains) * time.grain);
        expect(edge(time, [{ start: materializableFrom(time), end }])).toBe(end);
      }),
    );
  });
});
