import { isEmpty, isNode, nodesOf, textOf } from "./ast.ts";

const plainTypes = new Set(
  `BOOLEAN,TINYINT,SMALLINT,INTEGER,BIGINT,HUGEINT,UTINYINT,USMALLINT,UINTEGER,UBIGINT,UHUGEINT,FLOAT,DOUBLE,
  DECIMAL,VARCHAR,BLOB,UUID,BIT,DATE,TIME,TIME WITH TIME ZONE,INTERVAL,TIMESTAMP,TIMESTAMP_S,TIMESTAMP_MS,
  TIMESTAMP_NS,TIMESTAMP WITH TIME ZONE`.split(/,\s*/),
);
const nestedTypes = new Set(["LIST", "ARRAY", "STRUCT", "MAP"]);
const sizeFields = new Set(["type", "width", "scale", "size"]);

/** Refuses a type to cast to unless it is built in, without a catalog look-up, collation or extension. */
export function walkType(value: unknown, refuse: (problem: string) => void): void {
  if (!isNode(value)) return refuse("a type of an unknown form is not allowed");
  const id = textOf(value["id"]);
  const info = value["type_info"];
  if (plainTypes.has(id) && hasOnlySizes(info)) return;
  if (nestedTypes.has(id) && isNode(info))
    return childTypes(info).forEach((child) => walkType(child, refuse));
  if (isJson(id, info)) return;
  refuse(`a cast to the type ${nameOf(id, info)} is not allowed; use a built-in type without modifiers`);
}

function hasOnlySizes(info: unknown): boolean {
  if (!isNode(info)) return isEmpty(info);
  return Object.entries(info).every(([field, value]) => sizeFields.has(field) || isEmpty(value));
}

function childTypes(info: Readonly<Record<string, unknown>>): readonly unknown[] {
  const fields = nodesOf(info["child_types"]).map((field) => field["second"]);
  return isNode(info["child_type"]) ? [info["child_type"], ...fields] : fields;
}

function isJson(id: string, info: unknown): boolean {
  if (id !== "UNBOUND" || !isNode(info)) return false;
  const { type: _, name, ...rest } = info;
  return textOf(name).toLowerCase() === "json" && isEmpty(rest);
}

function nameOf(id: string, info: unknown): string {
  const name = isNode(info) ? textOf(info["name"]) || textOf(info["alias"]) : "";
  return name === "" ? id : name;
}
