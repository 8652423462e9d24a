/** What reads of the control plane have in common. */
export const get = {
  server: "controlPlane",
  method: "get",
  query: null,
  body: null,
  status: 200,
  errors: [],
} as const;

/** What requests with a body have in common. */
export const post = { server: "controlPlane", method: "post", query: null, status: 200, errors: [] } as const;
