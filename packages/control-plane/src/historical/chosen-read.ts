import type { RealtimeRead } from "@tesela/contract";
import {
  realtimeJoinKeysOf,
  type Problem,
  type RealtimeSource,
  type ServiceViewDefinition,
} from "@tesela/core";
import { viewNamed, type AppliedRealtimeView, type AppliedWorkspace } from "../workspace/applied-view.ts";
import {
  askedViews,
  chosenView,
  featureProblems,
  keyColumn,
  keyProblems,
  sameNameProblems,
  viewProblems,
  type AskedView,
  type ChosenView,
  type ReadBody,
} from "./chosen-views.ts";

/** A realtime view of a read, and where what it reads stands among the read's views. */
export interface ChosenRealtimeView {
  /** Where the request names it. */
  readonly path: string;
  readonly applied: AppliedRealtimeView;
  readonly read: RealtimeRead;
  readonly problems: readonly Problem[];
}

/** What a read is about: views that the result shows, then those that only realtime views read, and these. */
export interface ChosenRead {
  readonly views: readonly ChosenView[];
  readonly realtime: readonly ChosenRealtimeView[];
}

/** The views that a read names, or those of its service. Throws `NOT_FOUND` naming those that there are. */
export function chosenRead(workspace: AppliedWorkspace, body: ReadBody): ChosenRead {
  const asked = askedViews(workspace, body);
  const isRealtime = ({ member }: AskedView): boolean => workspace.realtimeViews.has(member.view);
  const shown = asked.filter((one) => !isRealtime(one)).map((one) => chosenView(workspace, one));
  const views = [...shown];
  const realtime = asked.flatMap((one, index) => {
    const applied = workspace.realtimeViews.get(one.member.view);
    if (applied === undefined) return [];
    const position = asked.slice(0, index).filter((before) => !isRealtime(before)).length;
    return [chosenRealtimeView(workspace, { asked: one, applied, position, views })];
  });
  return { views, realtime };
}

/** Adds the views that a realtime view reads to those of the read. */
function chosenRealtimeView(
  workspace: AppliedWorkspace,
  {
    asked: { path, member },
    applied,
    position,
    views,
  }: {
    readonly asked: AskedView;
    readonly applied: AppliedRealtimeView;
    readonly position: number;
    readonly views: ChosenView[];
  },
): ChosenRealtimeView {
  const { view, name = view, features = null, joinKeyMap = {} } = member;
  const places = applied.compiled.sources.map((source) => {
    const read = viewRead(workspace, source, joinKeyMap, views.length);
    if (read === null) return null;
    return views.push({ ...chosenView(workspace, { path, member: read }), readAs: name }) - 1;
  });
  return {
    path,
    applied,
    read: {
      view: applied.compiled,
      name,
      features: features === null ? null : [...features],
      position,
      views: places,
    },
    problems: [
      ...featureProblems(path, {
        view,
        known: applied.compiled.features.map((feature) => feature.name),
        features: features ?? [],
      }),
      ...keyProblems(path, {
        view,
        known: realtimeJoinKeysOf(applied.definition, workspace.repository).map((key) => key.name),
        joinKeyMap,
      }),
    ],
  };
}

/** What is read of the view of a source, under a name that no user's view can have; `null` of request data. */
function viewRead(
  workspace: AppliedWorkspace,
  { parameter, origin, fields }: RealtimeSource,
  joinKeyMap: Readonly<Record<string, string>>,
  place: number,
): ServiceViewDefinition | null {
  if (origin.kind === "request") return null;
  const { joinKeys } = viewNamed(workspace, origin.view).compiled;
  const keys = joinKeys.map(
    ({ name }) => [name, keyColumn({ joinKeyMap }, keyColumn(origin, name))] as const,
  );
  return {
    view: origin.view,
    name: `__${place}_${parameter}`,
    features: fields.map(({ name }) => name),
    joinKeyMap: Object.fromEntries(keys),
  };
}

/** What is wrong with what a read is about: a feature or key that is not there, columns of one name. */
export function readProblems({ views, realtime }: ChosenRead): readonly Problem[] {
  const shown = [...views, ...realtime.map(({ path, read }) => ({ path, name: read.name }))];
  return [
    ...sameNameProblems(shown),
    ...viewProblems(views),
    ...realtime.flatMap(({ problems }) => problems),
  ];
}
