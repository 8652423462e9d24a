/** One object type of all members of a union of them. */
export type Together<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  member: infer All,
) => void
  ? { readonly [Key in keyof All]: All[Key] }
  : never;
