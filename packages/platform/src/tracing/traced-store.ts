import type { OnlineStore } from "@tesela/online-store";
import { NO_TRACING, type Tracing } from "./tracing.ts";

/** An online store whose reads are spans; the store itself where nothing is traced. */
export function tracedStore(store: OnlineStore, tracing: Tracing): OnlineStore {
  if (tracing === NO_TRACING) return store;
  const system = store.kind === "redis" ? "redis" : "postgresql";
  const read: OnlineStore["read"] = (reads, options) => {
    const attributes = {
      "db.system.name": system,
      "db.operation.name": "read",
      "db.operation.batch.size": reads.length,
    };
    return tracing.span("online store read", attributes, () => store.read(reads, options));
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
