import { messages } from '../messages/en';
import { ApiFailure, isApiError } from './failure';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How long one request may take before it counts as lost. */
const TIMEOUT_MS = 20_000;

let refreshing: Promise<boolean> | null = null;
const sessionLostListeners = new Set<() => void>();

/** Calls `listener` whenever a request shows that the session is over. Returns the way to stop. */
export function onSessionLost(listener: () => void): () => void {
  sessionLostListeners.add(listener);
  return () => sessionLostListeners.delete(listener);
}

/**
 * Renews the access token with the refresh cookie. Callers at the same time share one request,
 * because the refresh token rotates. Tells whether there is a session; throws when that cannot be
 * known, so that a restart of the server signs nobody out.
 */
export function refreshSession(): Promise<boolean> {
  refreshing ??= renew().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function renew(): Promise<boolean> {
  const response = await send('POST', '/api/auth/refresh');
  if (response.ok) return true;
  if (response.status >= 500 || response.status === 429) throw await failureOf(response);
  return false;
}

/**
 * One request of the API, its answer as JSON (`undefined` for 204). An expired access token is
 * renewed once, silently. Throws [`ApiFailure`], or the abort error when `signal` fires.
 */
async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  let response = await send(method, path, body, signal);
  if (response.status === 401 && !path.startsWith('/api/auth/') && (await refreshSession())) {
    response = await send(method, path, body, signal);
  }
  if (!response.ok) {
    const failure = await failureOf(response);
    if (failure.unauthenticated && !path.startsWith('/api/auth/')) {
      for (const listener of sessionLostListeners) listener();
    }
    throw failure;
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function send(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(path, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, 'offline', messages.errors.offline);
  }
}

async function failureOf(response: Response): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isApiError(body)) return ApiFailure.from(response.status, body);
  return new ApiFailure(
    response.status,
    response.status >= 500 ? 'internal' : 'unexpected',
    response.status >= 500 ? messages.errors.server : messages.errors.unexpected,
  );
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => request<T>('GET', path, undefined, signal),
  post: <T>(path: string, body?: unknown) => request<T>('POST', path, body),
  put: <T>(path: string, body?: unknown) => request<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown) => request<T>('PATCH', path, body),
  delete: (path: string) => request<void>('DELETE', path),
};
