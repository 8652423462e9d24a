/** One ASOF join after the other: `amount` and `product` of each file's newest row before the spine row's hour. */
export function attributesByHand(spine: string, files: readonly string[]): string {
  const features = files.map((_, index) => `r${index}.amount, r${index}.product`);
  const joins = files.map(
    (path, index) => `
asof left join read_parquet('${path}') as r${index}
  on s.user_id = r${index}.user_id and s.hour > r${index}.__time`,
  );
  return `
with spine as (
  select *, file_row_number as n, date_trunc('hour', ts) as hour
  from read_parquet('${spine}', file_row_number = true)
)
select s.user_id, s.ts, s.label, ${features.join(", ")}
from spine as s ${joins.join("")}
order by s.n`;
}
