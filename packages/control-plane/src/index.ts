export { createControlPlane, type ControlPlane, type ControlPlaneOptions } from "./control-plane.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
