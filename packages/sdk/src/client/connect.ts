import { Http, type ConnectOptions } from "./http.ts";
import { Workspace } from "./workspace.ts";

/** A connection to a platform. */
export interface Client {
  getWorkspace(name: string): Workspace;
}

/** Connects to a platform; nothing is sent before the first call. Throws `VALIDATION` on a bad url or key. */
export function connect(options: ConnectOptions): Client {
  const http = new Http(options);
  return Object.freeze({ getWorkspace: (name: string) => new Workspace(http, name) });
}
