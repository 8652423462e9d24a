/** What the server answers instead of a result: an HTTP status, S3's code, and further elements of the body. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, code: string, fields: Readonly<Record<string, string>> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}
