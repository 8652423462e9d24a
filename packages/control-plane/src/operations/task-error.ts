import { TeselaError } from "@tesela/core";
import type { TaskError } from "@tesela/registry";

/** The error that ended a task, as it was thrown on the worker. */
export function errorOfTask({ code, message, fix, problems }: TaskError): TeselaError {
  return new TeselaError(code, message, { ...(fix === null ? {} : { fix }), problems });
}
