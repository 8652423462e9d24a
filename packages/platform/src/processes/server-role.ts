/** What a server process does; `all` is control plane and feature server under one address. */
export const SERVER_ROLES = ["all", "control-plane", "feature-server"] as const;

/** One of the roles of a server process. */
export type ServerRole = (typeof SERVER_ROLES)[number];
