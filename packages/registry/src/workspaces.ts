import { nameProblem, TeselaError } from "@tesela/core";
import type { Database } from "./database/database.ts";
import { statement } from "./database/statement.ts";
import type { Workspace, Workspaces } from "./types/definition.ts";

/** Workspaces in Postgres. */
export function createWorkspaces(database: Database): Workspaces {
  const list = (): Promise<Workspace[]> =>
    database.rows(statement`select id, name, revision from workspace order by name`);
  return {
    async ensure(name) {
      checkName(name);
      // Two processes may ensure the same name at once; an upsert of Prisma can then fail, this cannot.
      await database.prisma.workspace.createMany({ data: [{ name }], skipDuplicates: true });
      return database.prisma.workspace.findUniqueOrThrow({ where: { name }, select: fields });
    },
    async get(name) {
      // Nearly every request asks this.
      const found = await database.first<Workspace>(statement`
        select id, name, revision
        from workspace
        where name = ${name}`);
      if (found === null) throw missing(name, await list());
      return found;
    },
    list,
  };
}

const fields = { id: true, name: true, revision: true } as const;

/** A workspace's name is a name that may also hold "-", but not at its start. */
function checkName(name: string): void {
  const problem = name.startsWith("-") ? `"${name}" starts with "-"` : nameProblem(name.replaceAll("-", "a"));
  if (problem === null) return;
  throw new TeselaError("VALIDATION", `${JSON.stringify(name)} cannot be the name of a workspace.`, {
    fix: 'Use letters, digits, "-" and single "_", a letter first, at most 63 characters.',
  });
}

function missing(name: string, existing: readonly Workspace[]): TeselaError {
  const names = existing.map((workspace) => `"${workspace.name}"`).join(", ");
  return new TeselaError("NOT_FOUND", `There is no workspace "${name}".`, {
    fix: names === "" ? "Apply a repository to create one." : `Use one of those that exist: ${names}.`,
  });
}
