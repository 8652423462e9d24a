// A scale of time and what is drawn along it. The instants come from the law itself: what a picture shows as visible
// is what `bound` says is visible.
import { duration, micros, parseInstant } from "@tesela/core";
import type { DurationMicros, EpochMicros, ViewTime } from "@tesela/core";
import { box, dot, label, line } from "./svg.ts";

const LEFT = 190;
const RIGHT = 726;

/** A stretch of time across the picture. */
export interface Timeline {
  /** Where an instant stands. */
  readonly x: (instant: EpochMicros) => number;
  readonly left: number;
  readonly right: number;
  readonly start: EpochMicros;
  readonly end: EpochMicros;
}

/** An instant of UTC text. */
export const at = parseInstant;

/** A timeline between two instants. */
export function timeline(start: EpochMicros, end: EpochMicros): Timeline {
  const x = (instant: EpochMicros): number =>
    LEFT + (Number(instant - start) / Number(end - start)) * (RIGHT - LEFT);
  return { x, left: LEFT, right: RIGHT, start, end };
}

/** A view's time with the fields that a picture does not speak of left plain. */
export function viewTime(fields: Partial<ViewTime> & Pick<ViewTime, "grain">): ViewTime {
  const dataDelay = duration(0n);
  const featureStart = at("2000-01-01");
  return { schedule: fields.grain, dataDelay, featureStart, ttl: null, windows: [], ...fields };
}

/** The ticks of a grid and what stands under them. */
export function grid(
  { x, left, right, start, end }: Timeline,
  [top, bottom]: readonly [number, number],
  step: DurationMicros,
  name: (instant: EpochMicros) => string,
): string[] {
  const shapes = [line(left, bottom, right, bottom, "axis")];
  for (let instant = start; instant <= end; instant = micros(instant + step)) {
    shapes.push(line(x(instant), top, x(instant), bottom, "tick"));
    shapes.push(label(x(instant), bottom + 17, name(instant), "faint", "middle"));
  }
  return shapes;
}

/** What a lane is about, in one or two lines left of it. */
export function laneName(y: number, first: string, second = ""): string[] {
  return [label(16, y - 2, first, "head"), label(16, y + 15, second, "faint")];
}

/** The instant asked about: a dashed line with its text above. */
export function question({ x }: Timeline, instant: EpochMicros, y: number, text: string): string[] {
  return [
    line(x(instant), y - 24, x(instant), y + 22, "asked"),
    label(x(instant), y - 32, text, "violet", "middle"),
  ];
}

/** What is visible of some events: everything before the bound is shaded and its events are filled. */
export function knowable(
  { x, left }: Timeline,
  boundary: EpochMicros,
  y: number,
  events: readonly EpochMicros[],
): string[] {
  return [
    box(left, x(boundary), y - 14, 28, "past"),
    line(x(boundary), y - 22, x(boundary), y + 22, "bound"),
    ...events.map((event) => dot(x(event), y, event < boundary)),
  ];
}

/** An answer that holds over a range, as a box with its value; null is dashed. */
export function answer(
  { x }: Timeline,
  [start, end]: readonly [EpochMicros, EpochMicros],
  y: number,
  value: string,
): string[] {
  const isNull = value === "null";
  return [
    box(x(start), x(end), y - 14, 28, isNull ? "open" : "past"),
    label((x(start) + x(end)) / 2, y + 5, value, isNull ? "faint" : "green", "middle"),
  ];
}

/** `2 May` */
export function day(instant: EpochMicros): string {
  const [, date, month] = new Date(Number(instant / 1000n)).toUTCString().split(" ");
  return `${Number(date)} ${month}`;
}

/** `15:20` */
export function clock(instant: EpochMicros): string {
  return new Date(Number(instant / 1000n)).toISOString().slice(11, 16);
}
