import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseCommandLine } from "../cli/parse.ts";
import { environment } from "../config/variables.ts";

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly build?: string;
}

const file = readFileSync(new URL("../../../../docker-compose.yml", import.meta.url), "utf8");
const { services } = parse(file, { merge: true }) as { readonly services: Readonly<Record<string, Service>> };
const own = Object.entries(services).filter(([, { build }]) => build !== undefined);

test("the platform is a control plane, a feature server and a worker on PostgreSQL and Redis", () => {
  expect(Object.keys(services)).toEqual(["postgres", "redis", "control-plane", "feature-server", "worker"]);
  expect(own.map(([name]) => name)).toEqual(["control-plane", "feature-server", "worker"]);
});

test.each(own)("the command of %s is one that the command line knows", (_, { command }) => {
  const [program, ...args] = command ?? [];
  expect(program).toBe("tesela");
  expect(parseCommandLine(args)).toMatchObject({ kind: "command" });
});

test.each(own)("every variable of %s is one that the config knows, or of the S3 client", (_, service) => {
  const names = Object.keys(service.environment ?? {}).filter((name) => !name.startsWith("AWS_"));
  expect(Object.keys(environment.shape)).toEqual(expect.arrayContaining(names));
  expect(names).toEqual(expect.arrayContaining(["DATABASE_URL", "REDIS_URL"]));
});

test("ports are published on the loopback address alone", () => {
  const ports = Object.values(services).flatMap(({ ports = [] }) => ports);
  expect(ports).toHaveLength(2);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test("no password has a default", () => {
  const secrets = file.match(/\$\{\w*(?:PASSWORD|SECRET)\w*[^}]*\}/g) ?? [];
  expect(secrets).not.toEqual([]);
  for (const secret of secrets) expect(secret).toMatch(/:\?|:-\}$/);
});

test("Redis evicts nothing", () => {
  expect(services["redis"]?.command?.join(" ")).toContain("--maxmemory-policy noeviction");
});

test("every server has a health check", () => {
  for (const name of ["postgres", "redis", "control-plane", "feature-server"])
    expect(services[name]?.healthcheck?.test[0]).toBe("CMD");
});
