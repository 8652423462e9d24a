import { Option } from "commander";
import { addCommand } from "./command.ts";
import type { Command } from "commander";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly role: "admin" | "reader";
}

/** Adds the commands that make and revoke keys; they work on the registry itself, without a server. */
export function addAccessCommands(program: Command, choose: Choose): void {
  const keys = program.command("api-key").description("make, list and revoke API keys");
  addCommand(keys, "create", "make a key, which is shown this once")
    .requiredOption("--name <text>", "what the key is for")
    .addOption(new Option("--role <role>", "what it may do").choices(["admin", "reader"]).default("reader"))
    .option("--workspace <name>", "the one workspace that it opens")
    .action(({ name, role, workspace, ...common }: CreateOptions) =>
      choose({ command: "api-key create", name, role, only: workspace ?? null }, common),
    );
  addCommand(keys, "list", "list all keys, revoked ones too").action((common: CommonOptions) =>
    choose({ command: "api-key list" }, common),
  );
  addCommand(keys, "revoke", "end a key")
    .argument("<id>", "the key's id")
    .action((id: string, common: CommonOptions) => choose({ command: "api-key revoke", id }, common));
}
