import { readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { packageArrows } from "./arrows.ts";
import { importsOf, isRelative, packageOf } from "./imports.ts";
import { matchesIn, root } from "./source.ts";
import type { Import } from "./imports.ts";
import type { SourceFile, Violation } from "./source.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const testSupport = "@tesela/test/support";

/** What a package declares; optional peers count as dependencies. */
function manifestIn(folder: string): Omit<Manifest, "peerDependencies"> {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Partial<Manifest>;
  return {
    dependencies: { ...manifest.peerDependencies, ...manifest.dependencies },
    devDependencies: manifest.devDependencies ?? {},
  };
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith("node:") || builtinModules.includes(specifier);
}

function isWorkspace(name: string): boolean {
  return name.startsWith("@tesela/");
}

/** The folders of `packages/`, whether the architecture knows them or not. */
export function packageNames(): string[] {
  return readdirSync(join(root, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Workspace packages that the manifest of package `name` names without an arrow to them. */
export function undeclaredArrows(name: string): Violation[] {
  const { dependencies, devDependencies } = manifestIn(`packages/${name}`);
  const allowed = packageArrows[name] ?? [];
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)]
    .filter((dependency) => isWorkspace(dependency) && !allowed.includes(dependency.slice("@tesela/".length)))
    .map((dependency) => `packages/${name}/package.json:1 depends on ${dependency}, to which no arrow leads`);
}

function faultOfWorkspaceImport(file: SourceFile, specifier: string, name: string): string | null {
  if (specifier === testSupport) return file.isTest ? null : `imports ${testSupport}, which is for tests`;
  if (specifier !== packageOf(specifier)) return `imports ${specifier}: import the package by its name alone`;
  if (specifier === `@tesela/${name}` && file.isTest) return null;
  const allowed = packageArrows[name] ?? [];
  return allowed.includes(specifier.slice("@tesela/".length))
    ? null
    : `imports ${specifier}, to which no arrow leads from ${name}`;
}

function faultOfRelativeImport(file: SourceFile, specifier: string, name: string): string | null {
  const target = posix.join(posix.dirname(file.path), specifier);
  return target.startsWith(`packages/${name}/`) ? null : `imports ${specifier}, which leaves the package`;
}

function faultOfImport(file: SourceFile, { specifier }: Import, name: string): string | null {
  if (isRelative(specifier)) return faultOfRelativeImport(file, specifier, name);
  if (isBuiltin(specifier)) return null;
  if (isWorkspace(specifier)) return faultOfWorkspaceImport(file, specifier, name);
  const dependency = packageOf(specifier);
  const isDeclared = file.isTest || dependency in manifestIn(`packages/${name}`).dependencies;
  return isDeclared ? null : `imports ${dependency}, which packages/${name}/package.json does not name`;
}

/** Imports of `file` against the arrows, out of its package, by an inner path, or of undeclared dependencies. */
export function forbiddenImports(file: SourceFile): Violation[] {
  const name = file.path.split("/")[1] ?? "";
  return importsOf(file).flatMap((found) => {
    const fault = faultOfImport(file, found, name);
    return fault === null ? [] : [`${file.path}:${found.line} ${fault}`];
  });
}

/** Default exports and `export *`. */
export function forbiddenExports(file: SourceFile): Violation[] {
  return [
    ...matchesIn(
      file,
      /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/gm,
      "has a default export",
    ),
    ...matchesIn(file, /^\s*export\s+(?:type\s+)?\*/gm, "has `export *`"),
  ];
}

/** Mentions of DuckDB's packages, by the manifest of package `name` or by the imports of its `files`. */
export function duckdbIn(name: string, files: readonly SourceFile[]): Violation[] {
  const { dependencies, devDependencies } = manifestIn(`packages/${name}`);
  const declared = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  return [
    ...declared
      .filter((dependency) => dependency.includes("duckdb"))
      .map((dependency) => `packages/${name}/package.json:1 depends on ${dependency}`),
    ...files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => !isRelative(specifier) && specifier.includes("duckdb"))
        .map(({ specifier, line }) => `${file.path}:${line} imports ${specifier}`),
    ),
  ];
}

/** The runtime dependencies of package `name`. */
export function runtimeDependencies(name: string): string[] {
  return Object.keys(manifestIn(`packages/${name}`).dependencies);
}
