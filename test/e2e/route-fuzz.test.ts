import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerCheck, type AnswerCheck } from "./route-fuzz/answers.ts";
import { operationsOf } from "./route-fuzz/document.ts";
import { requestsOf } from "./route-fuzz/requests.ts";
import { startFuzzWorld, type FuzzWorld } from "./route-fuzz/world.ts";

/** Seconds for each server, and where the requests begin: the same seed sends the same ones. */
const SECONDS = Number(process.env["TESELA_FUZZ_SECONDS"] ?? 40);

describe(`requests made from the OpenAPI document (TESELA_SEED=${SEED})`, () => {
  let world: FuzzWorld;
  let check: AnswerCheck;
  beforeAll(async () => {
    world = await startFuzzWorld();
    check = answerCheck(world.document);
  });
  afterAll(() => world.stop());

  test.each(["featureServer", "controlPlane"])(
    "%s: no 500, no hang, and no answer outside the document",
    async (server) => {
      const operations = operationsOf(world.document).filter(({ tags }) => tags.includes(server));
      const making = { schemas: world.document.components.schemas, known: world.known };
      const requests = fc.oneof(...operations.map((one) => requestsOf(one, making, world.apiKey)));
      const property = fc.asyncProperty(requests, async (request) => {
        expect(check(request.operation, await world.send(request))).toBeNull();
      });
      await fc.assert(property, {
        seed: SEED,
        numRuns: 1_000_000,
        interruptAfterTimeLimit: SECONDS * 1_000,
        markInterruptAsFailure: false,
      });
    },
    (SECONDS + 60) * 1_000,
  );
});
