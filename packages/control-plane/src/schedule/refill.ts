import { parseInstant, TeselaError, type TimeRange } from "@tesela/core";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";

/** Lets go of what cancelled and failed jobs hold, and makes the jobs that are due of it at once. */
export async function refill(
  { registry, dispatcher, scheduler }: Services,
  { parameters, body }: Pick<Call<"refill">, "parameters" | "body">,
): Promise<{ readonly released: number; readonly jobsMade: number }> {
  const { id: workspaceId } = await registry.workspaces.get(parameters.workspace);
  const state = await registry.definitions.current(workspaceId);
  const { compiled: view, generationId } = viewNamed(appliedWorkspaceOf(state), parameters.name);
  const released = await registry.schedule.release(generationId, rangeOf(body));
  if (scheduler === null) return { released, jobsMade: 0 };
  const now = await registry.clock.now();
  const turn = { workspaceId, revision: state.revision, generationId, viewName: view.name, view, now };
  const made = await registry.schedule.takeTurn(turn);
  await dispatcher.dispatch();
  return { released, jobsMade: made.length };
}

function rangeOf({ startTime, endTime }: Call<"refill">["body"]): TimeRange | null {
  if (startTime === undefined && endTime === undefined) return null;
  if (startTime === undefined || endTime === undefined) {
    throw new TeselaError("VALIDATION", "A range to refill has a startTime and an endTime.", {
      fix: "Give both, or neither to refill all.",
    });
  }
  return { start: parseInstant(startTime), end: parseInstant(endTime) };
}
