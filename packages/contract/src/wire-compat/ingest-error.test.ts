import { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import { ingestErrorOf, ingestErrorSchema } from "./ingest-error.ts";

const bodyOf = (error: unknown) => ingestErrorSchema.parse(ingestErrorOf(error, "r1"));

test("wrong records are named one by one, beside the problem that our clients read", () => {
  const problems = [
    { path: "records.clicks[0].price", message: "is missing" },
    { path: "records.clicks[7].at", message: "is no instant" },
    { path: "featureViews.spend", message: "Conversion Error" },
  ];
  const errorType = "RecordValidationError";
  const body = bodyOf(new TeselaError("VALIDATION", "Rows are refused.", { problems }));
  expect(body).toMatchObject({ code: "VALIDATION", detail: "Rows are refused.", problems });
  expect(body.requestError).toBeUndefined();
  expect(body.recordErrors).toEqual([
    { pushSourceName: "clicks", errorType, errorMessage: "records.clicks[0].price is missing" },
    { pushSourceName: "clicks", errorType, errorMessage: "records.clicks[7].at is no instant" },
    { featureViewName: "spend", errorType, errorMessage: "featureViews.spend Conversion Error" },
  ]);
});

test("a wrong request is one error, and an unknown error shows nothing of itself", () => {
  const problems = [{ path: "request body.workspace_name", message: "is missing" }];
  const wrong = new TeselaError("VALIDATION", "No.", { problems, fix: "Do." });
  expect(bodyOf(wrong).requestError).toEqual({
    errorType: "RequestValidationError",
    errorMessage: "No. Do.",
  });
  expect(bodyOf(new TeselaError("TIMEOUT", "Late.")).requestError?.errorType).toBe("TIMEOUT");
  expect(JSON.stringify(bodyOf(new Error("secret")))).not.toContain("secret");
});
