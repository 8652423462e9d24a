import type { SpineReadPayload } from "@tesela/contract";
import { spineKey, type AskedView, type ReadView, type Spine } from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import { openSpineTable } from "../spine/open-spine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { askedViewsOf } from "./asked-views.ts";
import { missingRanges, neededRanges } from "./coverage.ts";
import { openReadView, type OpenedReadView } from "./read-view.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { spineOf } from "./spine-file.ts";

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

/** Opens the spine and the views of a read. Throws what is wrong with either (TIME T10, T12). */
export async function openSpineRead(
  context: WorkerContext,
  payload: SpineReadPayload,
  options: ReadOptions,
): Promise<OpenedSpineRead> {
  const asked = askedViewsOf(payload);
  await using stack = new AsyncDisposableStack();
  const hints = { keys: keysOf(asked), timestampKey: payload.timestampKey };
  const table = stack.use(await openSpineTable(context, payload.spinePath, hints, options));
  const [file] = await inspectParquet(context.engine, [table.localPath], context.spineLimits, options);
  const spine = spineOf(table.localPath, file!.columns, asked, payload.timestampKey);
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
    } satisfies Parameters<typeof openReadView>[1];
    views.push(stack.use(await openReadView(context, request, options)));
  }
  const opened = stack.move();
  const readViews = views.map((one) => readViewOf(one, Number(file!.rows)));
  return { spine, views, readViews, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function keysOf(asked: readonly AskedView[]) {
  return asked.flatMap((one) =>
    one.view.joinKeys.map((key) => ({ name: spineKey(one, key), type: key.type })),
  );
}

function readViewOf({ asked, stored, gaps, rows }: OpenedReadView, spineRows: number): ReadView {
  const isSelective = spineRows <= FEW_ROWS || (rows !== null && spineRows * FEW_OF < rows);
  return { ...asked, stored, gaps, isSelective };
}
