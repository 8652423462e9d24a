import type { QueryOf, RequestBodyOf, ResponseOf, RouteName } from "@tesela/contract";
import type { routes, PathParameters } from "@tesela/contract";
import type { ApiKey } from "@tesela/registry";
import type { Request, Response } from "express";

/** The operations that this server answers. */
export type ControlPlaneRoute = {
  [N in RouteName]: (typeof routes)[N] extends { server: "controlPlane"; family: "wire" }
    ? never
    : (typeof routes)[N]["server"] extends "controlPlane"
      ? N
      : never;
}[RouteName];

/** The operations of the compatible jobs API. */
export type WireJobRoute = {
  [N in RouteName]: (typeof routes)[N] extends { server: "controlPlane"; family: "wire" } ? N : never;
}[RouteName];

/** One call of an operation: everything checked, nothing raw but streams. */
export interface Call<N extends ControlPlaneRoute> {
  readonly parameters: PathParameters<N>;
  readonly query: QueryOf<N>;
  readonly body: RequestBodyOf<N>;
  /** Who calls; `null` on the routes that ask for no key. */
  readonly key: ApiKey | null;
  readonly requestId: string;
  /** Aborts when the client has gone, or the server stops: waits end then. */
  readonly signal: AbortSignal;
  readonly request: Request;
  readonly response: Response;
}

/** Answers a call with the body of the response; `null` when it has answered by itself. */
export type Handler<N extends ControlPlaneRoute> = (call: Call<N>) => Promise<ResponseOf<N>>;

/** A handler for every operation. */
export type Handlers = { readonly [N in ControlPlaneRoute]: Handler<N> };
