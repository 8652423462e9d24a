import express, { Router, type Request, type RequestHandler, type Response } from "express";
import { TeselaError } from "@tesela/core";
import { createLogin, requireCsrfToken, sessionOf, type BrowserSession } from "../access/session.ts";
import { forgetToken, keepToken } from "../access/session-cookie.ts";
import { isHttps, pageAfterLogin, refuseForeignForm } from "../access/session-origin.ts";
import type { Services } from "../services.ts";
import { answerErrorPage } from "./error-page.ts";
import { html } from "./html.ts";
import { documentOf, type Page } from "./page.ts";
import {
  changeJob,
  featureViewPage,
  jobPage,
  workspacePage,
  workspacesPage,
  type MakePage,
} from "./pages.ts";
import { loginBody } from "./pages/login.ts";
import { PATHS, pathOf } from "./paths.ts";
import { securityHeaders } from "./security-headers.ts";
import { STYLESHEET, STYLESHEET_PATH } from "./stylesheet.ts";

const FORM_BYTES = 10_000;
const SEE_OTHER = 303;
const YEAR_SECONDS = 31_536_000;

/** The pages for browsers; every path below `/console` is answered, past the login only with a session. */
export function consoleRouter(services: Services): Router {
  const router = Router({ caseSensitive: true });
  const form = express.urlencoded({ extended: false, limit: FORM_BYTES, parameterLimit: 10 });
  router.use(PATHS.home, named, securityHeaders);
  router.get(STYLESHEET_PATH, sendStylesheet);
  router.get(PATHS.login, (request, response) => send(response, loginPage(request.query["next"], false)));
  router.post(PATHS.login, form, logIn(services));
  router.post(PATHS.logout, form, withSession(services, logOut(services)));
  router.get(PATHS.home, (_request, response) => response.redirect(SEE_OTHER, pathOf("workspaces")));
  router.get(PATHS.workspaces, page(services, workspacesPage));
  router.get(PATHS.workspace, page(services, workspacePage));
  router.get(PATHS.featureView, page(services, featureViewPage));
  router.get(PATHS.job, page(services, jobPage));
  router.post(PATHS.cancelJob, form, withSession(services, change(services, "cancel")));
  router.post(PATHS.retryJob, form, withSession(services, change(services, "retry")));
  router.use(PATHS.home, withSession(services, unknownPage), answerErrorPage);
  return router;
}

type SessionHandler = (session: BrowserSession, request: Request, response: Response) => Promise<void>;

/** All requests of pages count under one name in the metrics. */
const named: RequestHandler = (_request, response, next) => {
  response.locals["route"] = "console";
  next();
};

/** Whoever is not logged in is asked to, and led back to the page; a form that comes too late is not repeated. */
function withSession({ registry }: Services, handle: SessionHandler): RequestHandler {
  return async (request, response) => {
    const session = await sessionOf(registry.sessions, request);
    if (session !== null) return handle(session, request, response);
    if (request.method === "GET" && isFromElsewhere(request)) return send(response, samePage());
    const next =
      request.method === "GET" ? `?${new URLSearchParams({ next: request.originalUrl }).toString()}` : "";
    response.redirect(SEE_OTHER, pathOf("login") + next);
  };
}

/** Who follows a link of another site sends no cookie, though there may be one. */
function isFromElsewhere(request: Request): boolean {
  return request.get("sec-fetch-site") === "cross-site";
}

/** Has the browser ask for the same page once more: now our own page asks, and the cookie comes along. */
function samePage(): Page {
  const body = html`<p>The page is asked for once more, with your login.</p>`;
  return { title: "One moment", trail: [], session: null, body, isAskedAgain: true };
}

function page(services: Services, make: MakePage): RequestHandler {
  return withSession(services, async (session, request, response) =>
    send(response, await make(services, session, parametersOf(request))),
  );
}

function logIn({ registry, limits, publicUrl }: Services): RequestHandler {
  const login = createLogin(registry, limits.authenticationFailuresPerMinute);
  return async (request, response) => {
    refuseForeignForm(request, publicUrl);
    const { key, next } = fieldsOf(request);
    const address = request.socket.remoteAddress ?? "unknown";
    const token = await login(typeof key === "string" ? key.trim() : "", address);
    if (token === null) return send(response.status(401), loginPage(next, true));
    keepToken(response, token, isHttps(request, publicUrl));
    response.redirect(SEE_OTHER, pageAfterLogin(next));
  };
}

function logOut({ registry, publicUrl }: Services): SessionHandler {
  return async (session, request, response) => {
    requireCsrfToken(session, fieldsOf(request)["csrf"]);
    await registry.sessions.end(session.token);
    forgetToken(response, isHttps(request, publicUrl));
    response.redirect(SEE_OTHER, pathOf("login"));
  };
}

function change(services: Services, action: "cancel" | "retry"): SessionHandler {
  return async (session, request, response) => {
    requireCsrfToken(session, fieldsOf(request)["csrf"]);
    const parameters = parametersOf(request);
    await changeJob(services, session, parameters, action);
    response.redirect(SEE_OTHER, pathOf("job", parameters));
  };
}

function loginPage(next: unknown, isRefused: boolean): Page {
  const body = loginBody({ next: pageAfterLogin(next), isRefused });
  return { title: "Log in", trail: [], session: null, body };
}

const unknownPage: SessionHandler = async (_session, request) => {
  throw new TeselaError("NOT_FOUND", `There is no page ${request.originalUrl.slice(0, 200)}.`);
};

const sendStylesheet: RequestHandler = (_request, response) => {
  response.setHeader("Cache-Control", `public, max-age=${YEAR_SECONDS}, immutable`);
  response.type("css").send(STYLESHEET);
};

function send(response: Response, shown: Page): void {
  response.type("html").send(documentOf(shown));
}

function fieldsOf(request: Request): Readonly<Record<string, unknown>> {
  return (request.body ?? {}) as Readonly<Record<string, unknown>>;
}

function parametersOf(request: Request): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
}
