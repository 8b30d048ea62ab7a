import { messages } from '../messages/en';
import type { ApiError } from '../protocol/ApiError';

/** What a request that did not succeed says: the server's own error, or why it was not reached. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Stable, for programs; `offline` when no answer came. */
    readonly code: string,
    message: string,
    /** The offending field of the request, where there is one. */
    readonly field: string | null = null,
  ) {
    super(message);
  }

  static from(status: number, body: ApiError): ApiFailure {
    return new ApiFailure(status, body.code, body.message, body.field);
  }

  get unauthenticated(): boolean {
    return this.status === 401;
  }

  get notFound(): boolean {
    return this.status === 404;
  }

  /** The server understood and said no; asking again changes nothing. */
  get refused(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429;
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

export function isApiError(body: unknown): body is ApiError {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof (body as ApiError).code === 'string' &&
    typeof (body as ApiError).message === 'string'
  );
}

/** A sentence for people about anything that was thrown. */
export function failureText(error: unknown): string {
  return error instanceof ApiFailure ? error.message : messages.errors.unexpected;
}
