import { html, type Html } from "../html.ts";
import { tableOf } from "../parts/table.ts";
import { pathOf } from "../paths.ts";

/** A workspace and the views that it has. */
export interface ListedWorkspace {
  readonly name: string;
  readonly views: readonly string[];
}

/** All workspaces that the key opens, with their views. */
export function workspacesBody(workspaces: readonly ListedWorkspace[]): Html {
  return tableOf({
    caption: "Workspaces and their feature views",
    columns: ["Workspace", "Feature views"],
    rows: workspaces.map(({ name, views }) => [
      html`<a href="${pathOf("workspace", { workspace: name })}">${name}</a>`,
      views.length === 0 ? html`<span class="quiet">none</span>` : html`${linksOf(name, views)}`,
    ]),
    empty: "There is no workspace yet: tesela apply makes the first one.",
  });
}

function linksOf(workspace: string, views: readonly string[]): Html[] {
  return views.map((view, index) => {
    const link = html`<a href="${pathOf("featureView", { workspace, view })}">${view}</a>`;
    return index === 0 ? link : html`, ${link}`;
  });
}
