/** For each package, the packages it may import: the table of the architecture. */
export const packageArrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ["core"],
  registry: ["core", "contract"],
  "offline-store": ["core"],
  "online-store": ["core", "contract"],
  materializer: ["core", "contract", "registry", "offline-store", "online-store"],
  "control-plane": ["core", "contract", "registry", "offline-store"],
  sdk: ["core", "contract"],
  platform: [
    "core",
    "contract",
    "registry",
    "offline-store",
    "online-store",
    "materializer",
    "control-plane",
    "sdk",
  ],
};

const ground = ["errors", "time", "value", "sql"];

/** For each folder of core, the folders it may import besides itself. */
export const coreArrows: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  time: ground,
  value: ground,
  sql: ground,
  aggregation: ground,
  definition: [...ground, "aggregation"],
  query: [...ground, "aggregation", "definition"],
  materialization: [...ground, "aggregation", "definition"],
};
