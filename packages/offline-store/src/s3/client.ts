import { S3Client } from "@aws-sdk/client-s3";
import type { S3Location } from "../location.ts";

/** Long-lived or temporary credentials. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A client for a location; `null` credentials are those of the AWS default chain. */
export function createS3Client(location: S3Location, credentials: S3Credentials | null): S3Client {
  const { endpoint, region, isPathStyle } = location;
  return new S3Client({
    forcePathStyle: isPathStyle,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000 },
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    ...(credentials === null ? {} : { credentials }),
  });
}
