export { startEmbedded, type EmbeddedPlatform } from "./embedded/start-embedded.ts";
export type { EmbeddedOptions } from "./embedded/options.ts";
export type { Backend, LogLevel } from "./config/config.ts";
