import { canonicalJson } from "@tesela/core";

/** A field that differs, and how to say so. */
export interface FieldChange {
  readonly field: string;
  readonly reason: string;
}

const LONGEST = 60;

/** Which of the fields differ in meaning between two objects, in the given order. */
export function changedFields(before: object, after: object, fields: readonly string[]): FieldChange[] {
  return fields.flatMap((field) => {
    const [old, wanted] = [fieldOf(before, field), fieldOf(after, field)];
    return old === wanted ? [] : [{ field, reason: `${field}: ${short(old)} becomes ${short(wanted)}` }];
  });
}

function fieldOf(object: object, field: string): string {
  const value: unknown = Object.entries(object).find(([name]) => name === field)?.[1];
  return value === undefined ? "none" : canonicalJson(value);
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
