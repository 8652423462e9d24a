// Pictures of what comes late: rows, and jobs (TIME T12, T14).
import { DAY } from "@tesela/core";
import { arrow, box, dot, label, line, type Picture } from "./svg.ts";
import { answer, at, day, grid, laneName, timeline } from "./timeline.ts";

/** A row that says it is old but was recorded after the question. */
export function knownThen(): Picture {
  const time = timeline(at("2024-03-01"), at("2024-03-08"));
  const asked = at("2024-03-04T12:00");
  const rows = [
    { name: "balance 10", event: at("2024-03-01T09:00"), created: at("2024-03-01T18:00") },
    { name: "balance 12", event: at("2024-03-02T09:00"), created: at("2024-03-06T12:00") },
  ];
  return {
    name: "known-then",
    title: "A row that was recorded after the question",
    description:
      "Two rows of one key. The balance of 1 March was recorded the same day; the balance of 2 March was recorded on " +
      "6 March. Asked about 4 March, a plain read today answers 12, because its event time is the newest; with " +
      "knownAt event the answer is 10, because nobody had the other row yet.",
    height: 236,
    shapes: [
      ...grid(time, [50, 166], DAY, day),
      line(time.x(asked), 48, time.x(asked), 164, "asked"),
      label(time.x(asked), 36, "T", "violet", "middle"),
      ...rows.flatMap(({ name, event, created }, index) => {
        const y = 80 + index * 56;
        return [
          ...laneName(y, name, "event time → created"),
          arrow(time.x(event), time.x(created) - 8, y),
          dot(time.x(event), y, true),
          box(time.x(created) - 6, time.x(created) + 6, y - 6, 12, created <= asked ? "seen" : "unseen"),
        ];
      }),
      label(190, 214, "plain read, today: 12", "green"),
      label(726, 214, 'knownAt: "event": 10', "green", "end"),
    ],
  };
}

/** A late job neither blanks out serving nor shows half of its data: worked row 11. */
export function edge(): Picture {
  const time = timeline(at("2024-01-02"), at("2024-01-06"));
  const done = at("2024-01-04T14:00");
  return {
    name: "edge",
    title: "Online answers follow the edge of what is materialized",
    description:
      "A daily attribute with a ttl of one day and a value on 2 January. The job for 3 January is late and ends on " +
      "4 January at 14:00. The historical answer is the value from 3 to 4 January and null after; online the value is " +
      "served until the late job has ended, because until then the edge is 3 January.",
    height: 306,
    shapes: [
      ...grid(time, [44, 268], DAY, day),
      ...laneName(74, "row"),
      dot(time.x(at("2024-01-02T08:00")), 70, true),
      label(time.x(at("2024-01-02T08:00")) + 14, 75, "4"),
      ...laneName(126, "job for 3 January", "late"),
      box(time.x(at("2024-01-03")), time.x(at("2024-01-04")), 108, 28, "tile"),
      label(time.x(at("2024-01-03T12:00")), 127, "its range", "", "middle"),
      arrow(time.x(at("2024-01-04")), time.x(done), 122),
      label(time.x(done) + 8, 127, "ends 4 Jan 14:00", "faint"),
      ...laneName(180, "historical answer", "ttl 1 day"),
      ...answer(time, [at("2024-01-02"), at("2024-01-03")], 178, "null"),
      ...answer(time, [at("2024-01-03"), at("2024-01-04")], 178, "4"),
      ...answer(time, [at("2024-01-04"), time.end], 178, "null"),
      ...laneName(234, "online answer", "by the clock"),
      ...answer(time, [at("2024-01-02"), at("2024-01-03")], 232, "null"),
      ...answer(time, [at("2024-01-03"), done], 232, "4"),
      ...answer(time, [done, time.end], 232, "null"),
    ],
  };
}
