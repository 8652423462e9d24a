import { routes, type Route, type RouteName } from "@tesela/contract";

/** Asked all the time by machines, and of no interest. */
const UNTRACED: ReadonlySet<RouteName> = new Set(["health", "readiness", "metrics"]);

const PATTERNS = Object.entries<Route>(routes).map(([name, { method, path }]) => ({
  name: name as RouteName,
  path,
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+")}$`),
}));

/** The path of the operation that a request asks for, its parameters by name; `null` where it is traced under none. */
export function routeOf(method: string | undefined, url: string | undefined): string | null {
  const path = (url ?? "").replace(/\?.*$/s, "");
  const found = PATTERNS.find((one) => one.method === method && one.pattern.test(path));
  return found === undefined || UNTRACED.has(found.name) ? null : found.path;
}
