/** Where what cannot be thrown to anybody is said; without one it is dropped. */
export type Log = (message: string, error: unknown) => void;
