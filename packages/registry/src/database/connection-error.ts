import { TeselaError } from "@tesela/core";

/** SQLSTATEs of a server that goes down, starts, or has no connection left; Prisma's and Node's own codes. */
const CODES =
  /^(08...|57P0[123]|53300|P1001|P1002|P1008|P1017|P2024|P2037|ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** What pg and its pool say without a code, and Prisma of a SQLSTATE that it has no code for. */
const MESSAGES =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection|unable to start a transaction|Code: `(08...|57P0[123]|53300)`/i;

/** `UNAVAILABLE` where the database cannot be reached, else the error as it is. */
export function unavailableOr(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TeselaError || !isConnectionError(error)) return error;
  return new TeselaError("UNAVAILABLE", "The registry's database does not answer.", {
    fix: "Check that PostgreSQL is up and that DATABASE_URL names it; then try again.",
    cause: error,
  });
}

function isConnectionError(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  if (CODES.test(code) || MESSAGES.test(error.message)) return true;
  return (
    error instanceof AggregateError &&
    error.errors.some((one) => one instanceof Error && isConnectionError(one))
  );
}
