// Writes the pages of docs/reference that the code knows: errors, HTTP, the command line, a job's life cycle.
// With --check it writes nothing and fails when a page is not what the code says.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSchema, routes, type RawBody } from "@tesela/contract";
import {
  httpStatusOf,
  isRetryable,
  JOB_EVENTS,
  JOB_STATES,
  jobLifeCycle,
  type ErrorCode,
} from "@tesela/core";
import { format } from "prettier";
import type { z } from "zod";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs", "reference");
const commands = [
  "init",
  "plan",
  "apply",
  "dev",
  "server",
  "worker",
  "materialize",
  "ingest",
  "get-historical",
  "explain",
  "run",
  "get-online",
  "check-consistency",
  "jobs",
  "jobs list",
  "jobs show",
  "jobs cancel",
  "jobs retry",
  "jobs wait",
  "status",
  "gaps",
  "refill",
  "gc",
  "rebuild",
  "keys",
  "keys delete",
  "keys status",
  "keys verify",
  "api-key",
  "api-key create",
  "api-key list",
  "api-key revoke",
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function errorsPage(): string {
  const rows = (Object.keys(httpStatusOf) as ErrorCode[]).map((code) => [
    `\`${code}\``,
    String(httpStatusOf[code]),
    isRetryable[code] ? "yes" : "no",
  ]);
  return `# Errors

Every error of the HTTP API is \`application/problem+json\` with \`code\`, \`detail\`, often \`fix\` and \`problems\`, and
\`requestId\`. The SDK throws \`TeselaError\` with the same \`code\`. *Retry* says whether the same call may succeed later
without a change of input.

${table(["code", "HTTP", "retry"], rows)}
`;
}

function bodyName(body: z.ZodType | RawBody | null): string {
  if (body === null) return "";
  return isSchema(body) ? "JSON" : `\`${body.contentType}\``;
}

function httpPage(): string {
  const rows = Object.values(routes).map((route) => [
    `\`${route.method.toUpperCase()} ${route.path}\``,
    route.access,
    route.summary,
    bodyName(route.body),
    bodyName(route.response),
  ]);
  return `# HTTP

The full description is the OpenAPI document that every server answers at \`/openapi.json\`; it is made from the schemas
that check requests. Send \`Authorization: Bearer <key>\`. Instants are ISO 8601 text, int64 values text of digits, NaN and
±Infinity text, bytes base64, absent values null.

${table(["route", "access", "what it does", "body", "answer"], rows)}
`;
}

function lifeCyclePage(): string {
  const rows = JOB_STATES.map((state) => [
    `\`${state}\``,
    ...JOB_EVENTS.map((event) => jobLifeCycle[state][event] ?? "·"),
  ]);
  return `# A job's life cycle

The state after each event; a dot is refused. A job that waits to retry is \`RUNNING\`.

${table(["state", ...JOB_EVENTS], rows)}
`;
}

function help(command: string): string {
  const program = join(root, "packages", "platform", "bin", "tesela.mjs");
  const { stdout } = spawnSync(process.execPath, [program, ...command.split(" "), "--help"], {
    encoding: "utf8",
  });
  return `## \`tesela ${command}\`\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`;
}

function cliPage(): string {
  return `# Command line

Exit codes: 0 done, 1 failed, 2 misused. \`--json\` prints one JSON document on standard output; everything else goes to
standard error.

${commands.map(help).join("\n")}`;
}

const pages = {
  "errors.md": errorsPage(),
  "http.md": httpPage(),
  "life-cycle.md": lifeCyclePage(),
  "cli.md": cliPage(),
};
const isCheck = process.argv.includes("--check");
for (const [name, text] of Object.entries(pages)) {
  const path = join(folder, name);
  const printed = await format(text, { parser: "markdown", printWidth: 110 });
  const isSame = existsSync(path) && readFileSync(path, "utf8") === printed;
  if (isSame) continue;
  if (!isCheck) writeFileSync(path, printed);
  else {
    console.error(`docs/reference/${name} is not what the code says: run npm run docs:generate`);
    process.exitCode = 1;
  }
}
