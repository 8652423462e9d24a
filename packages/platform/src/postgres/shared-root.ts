/** Where root keeps what another account must reach when the project's own directory is closed to it. */
export const SHARED_ROOT = "/var/lib/tesela";
