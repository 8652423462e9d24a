import { Option } from "commander";
import { SERVER_ROLES } from "../processes/server-role.ts";
import { addCommand, instantOption, portOption } from "./command.ts";
import type { Command } from "commander";
import type { ServerRole } from "../processes/server-role.ts";
import type { CommonOptions } from "./invocation.ts";
import type { Choose } from "./parse.ts";

interface ProcessOptions extends CommonOptions {
  readonly clock?: string;
  readonly host?: string;
  readonly port?: number;
  readonly role: ServerRole;
}

/** Adds the commands that run processes until they are stopped. */
export function addProcessCommands(program: Command, choose: Choose): void {
  addCommand(program, "dev", "run the whole platform, with its own servers where none are named")
    .option("--clock <instant>", "freeze the platform clock", instantOption)
    .option("--port <number>", "where to listen (TESELA_PORT, else 8780)", portOption)
    .action(({ clock, port, ...common }: ProcessOptions) =>
      choose({ command: "dev", clock: clock ?? null, port: port ?? null }, common),
    );
  addCommand(
    program,
    "server",
    "run control plane and feature server on the servers that the environment names",
  )
    .addOption(new Option("--role <role>", "what this process does").choices(SERVER_ROLES).default("all"))
    .option("--host <address>", "the interface to listen on (TESELA_HOST, else 127.0.0.1)")
    .option("--port <number>", "where to listen (TESELA_PORT, else 8780)", portOption)
    .action(({ role, host, port, ...common }: ProcessOptions) =>
      choose({ command: "server", role, host: host ?? null, port: port ?? null }, common),
    );
  addCommand(program, "worker", "run a worker on the servers that the environment names").action(
    (common: CommonOptions) => choose({ command: "worker" }, common),
  );
}
