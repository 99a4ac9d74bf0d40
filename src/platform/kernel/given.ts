/** What was said of `T`: a member that may be undefined may also be absent, and is nothing else. */
export type Given<T> = {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
} & { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] };

/** Without the members that are undefined: what somebody leaves out is not what he sets to null. */
export const given = <T extends object>(members: T): Given<T> =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Given<T>;

/** Undefined for what was left out, else what `read` makes of it. */
export const readGiven = <T, R>(value: T | undefined, read: (value: T) => R): R | undefined =>
  value === undefined ? undefined : read(value);
