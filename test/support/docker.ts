import { existsSync } from "node:fs";
import type { StartedTestContainer } from "testcontainers";
import type { Service } from "./service.ts";

/** What to run in Docker: an image, its port, its environment and command, and the URL of the mapped port. */
export interface ContainerSpec {
  readonly image: string;
  readonly port: number;
  readonly environment: Record<string, string>;
  readonly command: string[];
  readonly url: (hostAndPort: string) => string;
}

/** True where a Docker daemon may answer: a socket exists or DOCKER_HOST names a server. A CLI proves nothing. */
function isDockerReachable(): boolean {
  const host = process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  return host.startsWith("unix://") ? existsSync(host.slice("unix://".length)) : true;
}

async function startContainer(spec: ContainerSpec): Promise<StartedTestContainer> {
  const { GenericContainer } = await import("testcontainers");
  return new GenericContainer(spec.image)
    .withEnvironment(spec.environment)
    .withExposedPorts(spec.port)
    .withCommand(spec.command)
    .start();
}

/** Starts `spec` with testcontainers; null, after saying why, where Docker does not serve. */
export async function fromDocker(spec: ContainerSpec): Promise<Service | null> {
  if (!isDockerReachable()) return null;
  try {
    const container = await startContainer(spec);
    const url = spec.url(`${container.getHost()}:${container.getMappedPort(spec.port)}`);
    return { url, origin: `docker ${spec.image}`, stop: async () => void (await container.stop()) };
  } catch (error) {
    console.warn(`services: Docker did not start ${spec.image}: ${String(error)}; trying local binaries`);
    return null;
  }
}
