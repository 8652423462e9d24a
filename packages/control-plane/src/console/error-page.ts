import { httpStatusOf, TeselaError, toTeselaError } from "@tesela/core";
import type { ErrorRequestHandler } from "express";
import { html, type Html } from "./html.ts";
import { documentOf } from "./page.ts";
import { pathOf } from "./paths.ts";

const LOWEST_SERVER_ERROR = 500;

/** Answers every error with a page; what is unknown is logged with its cause and shown as `INTERNAL`. */
export const answerErrorPage: ErrorRequestHandler = (thrown: unknown, request, response, _next) => {
  const error = toTeselaError(isUnreadable(thrown) ? unreadable() : thrown);
  const status = httpStatusOf[error.code];
  if (status >= LOWEST_SERVER_ERROR) request.log.error({ err: error }, "a page failed");
  if (response.headersSent) return void response.destroy();
  const page = {
    title: TITLES[status] ?? "That did not work",
    trail: [],
    session: null,
    body: bodyOf(error),
  };
  response.status(status).type("html").send(documentOf(page));
};

const TITLES: Readonly<Record<number, string>> = {
  403: "Not allowed",
  404: "Not found",
  409: "That does not fit",
  429: "Too many tries",
  503: "Not available",
};

function bodyOf({ message, fix }: TeselaError): Html {
  return html`<div class="notice" role="alert">
      <p>${message}</p>
      ${fix === undefined ? null : html`<p>${fix}</p>`}
    </div>
    <p><a href="${pathOf("home")}">All workspaces</a></p> `;
}

/** The parser of forms throws errors that carry a client's status. */
function isUnreadable(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || thrown instanceof TeselaError || !("status" in thrown)) return false;
  return typeof thrown.status === "number" && thrown.status < LOWEST_SERVER_ERROR;
}

function unreadable(): TeselaError {
  return new TeselaError("VALIDATION", "The request could not be read.");
}
