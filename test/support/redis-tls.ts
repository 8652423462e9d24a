import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canUseApt, installWithApt } from "./apt.ts";
import type { ClusterSettings } from "./redis-node.ts";

/** What a cluster needs to speak TLS alone, and the certificate of the authority that its clients trust. */
export interface ClusterTls {
  readonly settings: ClusterSettings;
  readonly authority: string;
}

/** Makes, in a folder, an authority of its own and a certificate for names (`DNS:localhost`, `IP:127.0.0.1`). */
export function clusterTls(folder: string, names: string): ClusterTls {
  const [authority, authorityKey] = ["authority.crt", "authority.key"].map((name) => join(folder, name));
  const [certificate, key, request] = ["node.crt", "node.key", "node.csr"].map((name) => join(folder, name));
  const extensions = join(folder, "extensions");
  writeFileSync(extensions, `subjectAltName=${names}`);
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", authorityKey!, "-out", authority!, "-subj", "/CN=authority");
  openssl("req", ...newKey, "-keyout", key!, "-out", request!, "-subj", "/CN=node");
  const signer = ["-CA", authority!, "-CAkey", authorityKey!, "-CAcreateserial", "-extfile", extensions];
  openssl("x509", "-req", "-in", request!, ...signer, "-out", certificate!);
  return {
    authority: readFileSync(authority!, "utf8"),
    settings: {
      "tls-cluster": "yes",
      "tls-replication": "yes",
      "tls-auth-clients": "no",
      "tls-cert-file": certificate!,
      "tls-key-file": key!,
      "tls-ca-cert-file": authority!,
    },
  };
}

const advice =
  "no openssl on PATH, which makes the tests' certificates: apt-get install openssl | brew install openssl";

function openssl(...args: readonly string[]): void {
  if (!isOnPath() && canUseApt()) installWithApt("openssl");
  if (!isOnPath()) throw new Error(advice);
  execFileSync("openssl", args, { stdio: "pipe" });
}

function isOnPath(): boolean {
  return spawnSync("openssl", ["version"]).status === 0;
}
