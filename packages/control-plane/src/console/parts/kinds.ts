/** What the kinds of views are called. */
export const KINDS = {
  batchFeatureView: "batch",
  streamFeatureView: "stream",
  featureTable: "feature table",
  realtimeFeatureView: "realtime",
} as const;
