import type { BrowserSession } from "../access/session.ts";
import { html, type Html } from "./html.ts";
import { pathOf } from "./paths.ts";
import { STYLESHEET_PATH } from "./stylesheet.ts";

/** A step on the way to a page. */
export interface TrailStep {
  readonly name: string;
  readonly path: string;
}

/** A page; `session` is `null` where nobody is logged in. */
export interface Page {
  readonly title: string;
  readonly trail: readonly TrailStep[];
  readonly session: BrowserSession | null;
  readonly body: Html;
  /** Whether the browser asks for the page again at once. */
  readonly isAskedAgain?: boolean;
}

/** The whole document of a page. */
export function documentOf({ title, trail, session, body, isAskedAgain = false }: Page): string {
  return String(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          ${isAskedAgain ? html`<meta http-equiv="refresh" content="0" />` : null}
          <title>${title} · Tesela</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="${STYLESHEET_PATH}" />
        </head>
        <body>
          <a class="skip" href="#content">Skip to the content</a>
          <header class="bar">
            <a class="brand" href="${pathOf("home")}">Tesela</a>${accountOf(session)}
          </header>
          <main id="content">
            ${trailOf(trail, title)}
            <h1>${title}</h1>
            ${body}
          </main>
        </body>
      </html> `,
  );
}

function accountOf(session: BrowserSession | null): Html | null {
  if (session === null) return null;
  const { name, role, workspace } = session.key;
  return html`<span class="who">${name} · ${role}${workspace === null ? "" : ` of ${workspace}`}</span>
    <form method="post" action="${pathOf("logout")}">
      ${csrfField(session)}<button class="plain small">Log out</button>
    </form>`;
}

function trailOf(trail: readonly TrailStep[], title: string): Html | null {
  if (trail.length === 0) return null;
  const steps = trail.map(({ name, path }) => html`<li><a href="${path}">${name}</a></li>`);
  return html`<nav class="trail" aria-label="Where you are">
    <ol>
      ${steps}
      <li aria-current="page">${title}</li>
    </ol>
  </nav> `;
}

/** What each form that changes something carries. */
export function csrfField({ csrf }: BrowserSession): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}" />`;
}
