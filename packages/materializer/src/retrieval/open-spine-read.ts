import type { SpineReadPayload } from "@tesela/contract";
import { KEY_TYPES, type JoinKey, type ReadView, type RealtimeField, type Spine } from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import { openSpineTable, type SpineHints } from "../spine/open-spine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { askedViewsOf } from "./asked-views.ts";
import { missingRanges, neededRanges } from "./coverage.ts";
import { ALL_FILES, openReadView, type OpenedReadView } from "./read-view.ts";
import { checkRequestColumns } from "./realtime/request-columns.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { keyHints, spineOf } from "./spine-file.ts";

/** A read with all that it needs open: the spine, and the history of each view. */
export interface OpenedSpineRead extends AsyncDisposable {
  readonly spine: Spine;
  readonly views: readonly OpenedReadView[];
  /** The same views as the join wants them. */
  readonly readViews: readonly ReadView[];
}

/** Spines of so few rows look only for the keys that they have. */
const FEW_ROWS = 20_000;
/** As do those with so many times fewer rows than what is stored. */
const FEW_OF = 20;

/** Opens the spine and the views of a read, of a plan no more than it looks at. Throws what is wrong with either (TIME T10, T12). */
export async function openSpineRead(
  context: WorkerContext,
  payload: SpineReadPayload,
  { isPlan, ...options }: ReadOptions & { readonly isPlan: boolean },
): Promise<OpenedSpineRead> {
  const asked = askedViewsOf(payload);
  await using stack = new AsyncDisposableStack();
  const hints = { keys: [...keyHints(asked), ...requestHints(payload)], timestampKey: payload.timestampKey };
  const table = stack.use(await openSpineTable(context, payload.spinePath, hints, options));
  const [file] = await inspectParquet(context.engine, [table.localPath], context.spineLimits, options);
  const spine = spineOf(table.localPath, file!.columns, asked, payload.timestampKey);
  checkRequestColumns(spine, payload.realtime ?? []);
  const needed = await neededRanges(context.engine, spine, asked, options);
  const views: OpenedReadView[] = [];
  for (const [index, view] of asked.entries()) {
    const request = {
      asked: view,
      generationId: Number(payload.views[index]!.generationId),
      payload,
      needed: needed[index]!,
      gapsOf: (live, range) =>
        missingRanges(
          context.engine,
          { spine, asked: view, needed: range },
          { live, onUnmaterialized: payload.onUnmaterialized },
          options,
        ),
      choice: ALL_FILES,
      isPlan,
    } satisfies Parameters<typeof openReadView>[1];
    views.push(stack.use(await openReadView(context, request, options)));
  }
  const opened = stack.move();
  const readViews = views.map((one) => readViewOf(one, Number(file!.rows)));
  return { spine, views, readViews, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** Request data whose type a text file does not show. */
function requestHints({ realtime = [] }: SpineReadPayload): SpineHints["keys"] {
  const sources = realtime.flatMap(({ view }) => view.sources);
  return sources.flatMap(({ origin, fields }) =>
    origin.kind === "request" ? fields.filter(isKeyTyped) : [],
  );
}

function isKeyTyped(field: RealtimeField): field is RealtimeField & JoinKey {
  return KEY_TYPES.some((type) => type === field.type);
}

function readViewOf({ asked, stored, gaps, rows }: OpenedReadView, spineRows: number): ReadView {
  const isSelective = spineRows <= FEW_ROWS || (rows !== null && spineRows * FEW_OF < rows);
  return { ...asked, stored, gaps, isSelective };
}
