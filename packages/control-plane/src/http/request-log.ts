import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import { pinoHttp, type HttpLogger } from "pino-http";
import { requestIdOf } from "./request-id.ts";

interface LoggedRequest {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string;
}

/** One line a request: id, method, path, status, duration. No header and no body is ever logged. */
export function requestLog(logger: Logger): HttpLogger {
  return pinoHttp({
    logger,
    genReqId: requestIdOf,
    customLogLevel: levelOf,
    serializers: {
      req: ({ id, method, url, remoteAddress }: LoggedRequest) => ({ id, method, url, remoteAddress }),
      res: ({ statusCode }: { readonly statusCode: number }) => ({ statusCode }),
    },
  });
}

function levelOf(_request: IncomingMessage, response: ServerResponse): "debug" | "info" | "error" {
  if (response.statusCode >= 500) return "error";
  return response.statusCode === 200 ? "debug" : "info";
}
