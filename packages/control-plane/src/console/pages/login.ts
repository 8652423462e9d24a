import { html, type Html } from "../html.ts";
import { pathOf } from "../paths.ts";

/** The login: a form that takes an API key; `next` is the page that was asked for. */
export function loginBody({ next, isRefused }: { readonly next: string; readonly isRefused: boolean }): Html {
  return html`${isRefused ? html`<div class="notice" role="alert"><p>The API key is unknown or revoked.</p></div>` : null}
    <p>The console asks for an API key. The login it makes lasts 12 hours, and an hour of silence ends it.</p>
    <form class="login" method="post" action="${pathOf("login")}">
      <input type="hidden" name="next" value="${next}" />
      <label for="key">API key</label>
      <input
        id="key"
        name="key"
        type="password"
        required
        autofocus
        autocomplete="current-password"
        spellcheck="false"
        maxlength="500"
      />
      <button>Log in</button>
    </form>
    <p class="quiet">
      <code>tesela api-key create</code> makes a key; of the embedded platform it lies in
      <code>.tesela/api-key</code>.
    </p> `;
}
