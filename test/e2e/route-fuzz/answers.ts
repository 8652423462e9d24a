import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { OpenApi, Operation } from "./document.ts";

/** What a server answered. */
export interface FuzzAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Says what is wrong with an answer, or `null`. */
export type AnswerCheck = (operation: Operation, answer: FuzzAnswer) => string | null;

/** Node's own answer to a path and headers of more than 16 KB, before any route is known. */
const HEAD_TOO_LARGE = 431;

/** Checks answers by the document: their status, content type and schema; never 500. */
export function answerCheck(document: OpenApi): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, "openapi");
  return ({ path, method, responses }, { status, type, text }) => {
    if (status === 500) return `500: ${text}`;
    if (status === HEAD_TOO_LARGE) return null;
    const content = responses[String(status)]?.content;
    if (content === undefined) return `${status} is not documented: ${text.slice(0, 500)}`;
    const documented = Object.keys(content);
    if (!documented.some((one) => type.startsWith(one)))
      return `${status} has type ${type}: not ${documented.join()}`;
    if (!type.includes("json")) return null;
    const pointer = ["paths", path, method, "responses", String(status), "content", documented[0]!, "schema"];
    const validate = ajv.getSchema(`openapi#/${pointer.map(escaped).join("/")}`)!;
    if (validate(JSON.parse(text)) === true) return null;
    return `${status} is outside its schema: ${ajv.errorsText(validate.errors)}: ${text.slice(0, 500)}`;
  };
}

/** As a part of a JSON pointer in a URI. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}
