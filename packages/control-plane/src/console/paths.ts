/** The addresses of the console's pages: the one place that spells them; `:name` is a parameter of a route. */
export const PATHS = {
  home: "/console",
  login: "/console/login",
  logout: "/console/logout",
  workspaces: "/console/workspaces",
  workspace: "/console/workspaces/:workspace",
  featureView: "/console/workspaces/:workspace/feature-views/:view",
  job: "/console/workspaces/:workspace/jobs/:job",
  cancelJob: "/console/workspaces/:workspace/jobs/:job/cancel",
  retryJob: "/console/workspaces/:workspace/jobs/:job/retry",
} as const;

/** A page's address with its parameters filled in. */
export function pathOf(page: keyof typeof PATHS, parameters: Readonly<Record<string, string>> = {}): string {
  return PATHS[page].replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
}
