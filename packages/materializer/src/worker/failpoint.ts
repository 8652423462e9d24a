/** The steps of a job at which a test can make a worker fail. */
export type FailpointName =
  | "after-claim"
  | "after-parts"
  | "after-part-claim"
  | "after-append"
  | "after-compute"
  | "after-put"
  | "after-commit-1"
  | "mid-push"
  | "after-push"
  | "after-commit-2"
  | "after-rewrite"
  | "after-hide"
  | "mid-remove"
  | "after-merge"
  | "after-swap"
  | "after-doom"
  | "mid-removal"
  | "after-removal"
  | "after-drop";

/** Called at each step; what it throws or does not return from is the fault. */
export type Failpoint = (name: FailpointName) => void;

/** No faults. */
export const noFailpoint: Failpoint = () => undefined;

/**
 * A failpoint from text: at `after-commit-1:kill` the process dies as by kill -9, at `after-commit-1:freeze` it stands
 * still, once, until it is told to go on.
 */
export function failpointOf(text: string | undefined): Failpoint {
  if (text === undefined || text === "") return noFailpoint;
  const [at, action] = text.split(":");
  let isReached = false;
  return (name) => {
    if (name !== at || isReached) return;
    isReached = true;
    if (action === "kill") process.kill(process.pid, "SIGKILL");
    if (action === "freeze") process.kill(process.pid, "SIGSTOP");
  };
}
