export { createControlPlane, type ControlPlane, type ControlPlaneOptions } from "./control-plane.ts";
export type { AlertOptions } from "./alerts/settings.ts";
export {
  DEFAULT_HOUSEKEEPING,
  type HousekeepingOptions,
  type HousekeepingSettings,
} from "./housekeeping/settings.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export { createServingMetrics, type ServingMetricsRegister } from "./operations/serving-metrics.ts";
export type { ServingPart } from "./services.ts";
export type { SchedulerMode } from "./schedule/scheduler.ts";
