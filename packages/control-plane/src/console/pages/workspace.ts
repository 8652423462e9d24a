import type { AppliedWorkspace } from "../../workspace/applied-view.ts";
import { html, type Html } from "../html.ts";
import { KINDS } from "../parts/kinds.ts";
import { tableOf } from "../parts/table.ts";
import { pathOf } from "../paths.ts";

const LONGEST_DESCRIPTION = 160;

/** The feature views of a workspace. */
export function workspaceBody(workspace: string, { views, realtimeViews }: AppliedWorkspace): Html {
  const all = [...views.values(), ...realtimeViews.values()].map(({ definition }) => definition);
  return tableOf({
    caption: "Feature views",
    columns: ["Name", "Kind", "Features", "Owner", "Description"],
    rows: all
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, kind, features, owner = "", description = "" }) => [
        html`<a href="${pathOf("featureView", { workspace, view: name })}">${name}</a>`,
        KINDS[kind],
        features.length,
        owner,
        beginningOf(description),
      ]),
    empty: "No feature view has been applied yet.",
  });
}

function beginningOf(description: string): string {
  const [line = ""] = description.split("\n");
  return line.length > LONGEST_DESCRIPTION ? `${line.slice(0, LONGEST_DESCRIPTION)}…` : line;
}
