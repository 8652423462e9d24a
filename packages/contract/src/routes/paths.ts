import { routes, type RouteName } from "./routes.ts";

type ParameterOf<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParameterOf<`/${Rest}`>
  : P extends `${string}:${infer Name}`
    ? Name
    : never;

/** The parameters in the path of an operation, such as `workspace` and `name`. */
export type PathParameters<N extends RouteName> = Readonly<
  Record<ParameterOf<(typeof routes)[N]["path"]>, string>
>;

/** The path of an operation with its parameters filled in, each percent-encoded. */
export function pathTo<N extends RouteName>(name: N, parameters: PathParameters<N>): string {
  const values: Readonly<Record<string, string>> = parameters;
  return routes[name].path.replaceAll(/:(\w+)/g, (_, parameter: string) =>
    encodeURIComponent(values[parameter] ?? ""),
  );
}
